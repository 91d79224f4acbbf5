package com.cloudconvert

/** What is done with the input: the first five with both versions of the API, the others with version 2. */
public enum class Mode(internal val named: String) {
    /** One file into another format. */
    CONVERT("convert"),

    /** The facts about a file, without an output. */
    INFO("info"),

    /** Several files into one. */
    COMBINE("combine"),

    /** Files into an archive. */
    ARCHIVE("archive"),

    /** The files of an archive. */
    EXTRACT("extract"),

    /** A smaller file of the same format. */
    OPTIMIZE("optimize"),

    /** A text or a picture over the file. */
    WATERMARK("watermark"),

    /** A small picture of the file. */
    THUMBNAIL("thumbnail"),

    /** A web page as a picture or a PDF. */
    CAPTURE_WEBSITE("capture-website"),

    /** Other metadata in the file. */
    WRITE_METADATA("metadata/write"),

    /** A PDF for archives. */
    PDF_A("pdf/a"),

    /** A PDF for printers. */
    PDF_X("pdf/x"),

    /** A text layer in a scanned PDF. */
    PDF_OCR("pdf/ocr"),

    /** A PDF with a password. */
    PDF_ENCRYPT("pdf/encrypt"),

    /** A PDF without its password. */
    PDF_DECRYPT("pdf/decrypt"),

    /** Every page of a PDF as a file. */
    PDF_SPLIT_PAGES("pdf/split-pages"),

    /** Some pages of a PDF. */
    PDF_EXTRACT_PAGES("pdf/extract-pages"),

    /** Pages of a PDF, turned. */
    PDF_ROTATE_PAGES("pdf/rotate-pages"),

    /** Several PDFs as one. */
    PDF_MERGE("pdf/merge"),

    /** A command line of `ffmpeg`, `imagemagick` or `graphicsmagick`. */
    COMMAND("command"),
}
