// Written from `core/src/surface/operations/` by `cargo xtask faces --write`.

/** What is done with the input. Those after `extract` are operations of version 2 of the API. */
export type Mode =
  | 'convert'
  | 'info'
  | 'combine'
  | 'archive'
  | 'extract'
  | 'optimize'
  | 'watermark'
  | 'thumbnail'
  | 'capture-website'
  | 'metadata/write'
  | 'pdf/a'
  | 'pdf/x'
  | 'pdf/ocr'
  | 'pdf/encrypt'
  | 'pdf/decrypt'
  | 'pdf/split-pages'
  | 'pdf/extract-pages'
  | 'pdf/rotate-pages'
  | 'pdf/merge'
  | 'command';

/** The options of each mode that are known. Others go along as they are. */
export interface OperationOptions {
  /** One file into another format. */
  convert: {
    /** The pages that are taken, as `1-3,7`. Default: all. */
    pages?: string | number | undefined;
    /** How a picture fits into `width` and `height`: within, cut off, or drawn out. Default: the service's. */
    fit?: 'max' | 'crop' | 'scale' | undefined;
  };
  /** The facts about a file, without an output. */
  info: {};
  /** Several files into one. */
  combine: {};
  /** Files into an archive. */
  archive: {};
  /** The files of an archive. */
  extract: {};
  /** A smaller file of the same format. */
  optimize: {
    /** What a PDF is made small for. Default: the service's. */
    profile?: 'web' | 'print' | 'archive' | 'mrc' | 'max' | undefined;
    /** The quality of a picture. Default: the service's. */
    quality?: number | undefined;
  };
  /** A text or a picture over the file. */
  watermark: {
    /** The text that is put on the file; or `image`. Needed. */
    text?: string | number | undefined;
    /** The task that imports the picture of the mark; or `text`. Needed. */
    image?: string | number | undefined;
    /** The pages that are taken, as `1-3,7`. Default: all. */
    pages?: string | number | undefined;
    /** Where the mark lies on a page. Default: the service's. */
    layer?: 'above' | 'below' | undefined;
    /** The size of the letters. Default: the service's. */
    font_size?: number | undefined;
    /** The width of the text, in percent of the page's. Default: the service's. */
    font_width_percent?: number | undefined;
    /** The colour of the text, as `#ff0000`. Default: the service's. */
    font_color?: string | number | undefined;
    /** The font. Default: the service's. */
    font_name?: string | number | undefined;
    /** `left`, `center` or `right`. Default: the service's. */
    font_align?: string | number | undefined;
    /** The width of the picture. Default: the service's. */
    image_width?: number | undefined;
    /** The height of the picture. Default: the service's. */
    image_height?: number | undefined;
    /** The width of the picture, in percent of the page's. Default: the service's. */
    image_width_percent?: number | undefined;
    /** Where it is on the page. Default: the service's. */
    position_vertical?: 'top' | 'center' | 'bottom' | undefined;
    /** Where it is on the page. Default: the service's. */
    position_horizontal?: 'left' | 'center' | 'right' | undefined;
    /** The distance from the top or the bottom. Default: the service's. */
    margin_vertical?: number | undefined;
    /** The distance from the left or the right. Default: the service's. */
    margin_horizontal?: number | undefined;
    /** How much it covers, in percent. Default: the service's. */
    opacity?: number | undefined;
    /** How far it is turned, in degrees. Default: the service's. */
    rotation?: number | undefined;
  };
  /** A small picture of the file. */
  thumbnail: {
    /** The width, in pixels. Default: the service's. */
    width?: number | undefined;
    /** The height, in pixels. Default: the service's. */
    height?: number | undefined;
    /** How a picture fits into `width` and `height`: within, cut off, or drawn out. Default: the service's. */
    fit?: 'max' | 'crop' | 'scale' | undefined;
    /** How many pictures. Default: 1. */
    count?: number | undefined;
    /** Where in a film it is taken, as `00:00:05`. Default: the service's. */
    timestamp?: string | number | undefined;
  };
  /** A web page as a picture or a PDF. */
  'capture-website': {
    /** The pages that are taken, as `1-3,7`. Default: all. */
    pages?: string | number | undefined;
    /** How much larger or smaller it is. Default: the service's. */
    zoom?: number | undefined;
    /** The width of the paper, or of the screen. Default: the service's. */
    page_width?: number | undefined;
    /** The height of the paper, or of the screen. Default: the service's. */
    page_height?: number | undefined;
    /** The margin of the paper. Default: the service's. */
    margin_top?: number | undefined;
    /** The margin of the paper. Default: the service's. */
    margin_bottom?: number | undefined;
    /** The margin of the paper. Default: the service's. */
    margin_left?: number | undefined;
    /** The margin of the paper. Default: the service's. */
    margin_right?: number | undefined;
    /** Whether colours and pictures behind the text are printed. Default: the service's. */
    print_background?: boolean | undefined;
    /** Whether every sheet has a header and a footer. Default: the service's. */
    display_header_footer?: boolean | undefined;
    /** The header, in HTML. Default: the service's. */
    header_template?: string | number | undefined;
    /** The footer, in HTML. Default: the service's. */
    footer_template?: string | number | undefined;
    /** When the page counts as loaded. Default: the service's. */
    wait_until?: 'load' | 'domcontentloaded' | 'networkidle0' | 'networkidle2' | undefined;
    /** The CSS selector of an element that is waited for. Default: the service's. */
    wait_for_element?: string | number | undefined;
    /** How long is waited besides, in milliseconds. Default: the service's. */
    wait_time?: number | undefined;
    /** Headers of the request for the page. Default: none. */
    headers?: Record<string, unknown> | undefined;
  };
  /** Other metadata in the file. */
  'metadata/write': {
    /** The fields and what they are to be. Needed. */
    metadata?: Record<string, unknown> | undefined;
  };
  /** A PDF for archives. */
  'pdf/a': {
    /** The part of the standard. Default: the service's. */
    conformance_level?: '1b' | '2b' | '3b' | undefined;
  };
  /** A PDF for printers. */
  'pdf/x': {};
  /** A text layer in a scanned PDF. */
  'pdf/ocr': {
    /** Whether pages that lie are turned. Default: the service's. */
    auto_orient?: boolean | undefined;
    /** The languages of the text, as `["eng"]`. Default: the service's. */
    language?: readonly string[] | undefined;
  };
  /** A PDF with a password. */
  'pdf/encrypt': {
    /** The password that opens it; or `set_owner_password`. Needed. */
    set_password?: string | number | undefined;
    /** The password that lifts the limits; or `set_password`. Needed. */
    set_owner_password?: string | number | undefined;
    /** Whether text and pictures may be copied. Default: the service's. */
    allow_extract?: boolean | undefined;
    /** Whether programs may read it aloud. Default: the service's. */
    allow_accessibility?: boolean | undefined;
    /** Whether it may be changed. Default: the service's. */
    allow_modify?: boolean | undefined;
    /** Whether it may be printed. Default: the service's. */
    allow_print?: boolean | undefined;
  };
  /** A PDF without its password. */
  'pdf/decrypt': {
    /** The password that opens it. Needed. */
    password?: string | number | undefined;
  };
  /** Every page of a PDF as a file. */
  'pdf/split-pages': {};
  /** Some pages of a PDF. */
  'pdf/extract-pages': {
    /** The pages that are taken, as `1-3,7`. Needed. */
    pages?: string | number | undefined;
  };
  /** Pages of a PDF, turned. */
  'pdf/rotate-pages': {
    /** The pages that are taken, as `1-3,7`. Default: all. */
    pages?: string | number | undefined;
    /** How far they are turned: 90, -90 or 180 degrees. Needed. */
    rotation?: number | undefined;
  };
  /** Several PDFs as one. */
  'pdf/merge': {};
  /** A command line of ffmpeg, imagemagick or graphicsmagick. */
  command: {
    /** The program, of the `engine` that is named. Needed. */
    command?: 'ffmpeg' | 'ffprobe' | 'convert' | 'identify' | 'gm' | undefined;
    /** Its arguments; files are `/input/TASK/FILE` and `/output/FILE`. Needed. */
    arguments?: string | number | undefined;
    /** Whether what it says is kept. Default: the service's. */
    capture_output?: boolean | undefined;
  };
}
