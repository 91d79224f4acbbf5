import com.cloudconvert.CloudConvert
import com.cloudconvert.ConversionResult
import com.cloudconvert.Source
import java.nio.file.Path
import kotlin.io.path.deleteExisting
import kotlin.io.path.exists
import kotlin.io.path.moveTo
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** Converts a file, or goes on where an earlier run of this program ended. */
suspend fun convertOnce(client: CloudConvert, input: Path, output: Path, state: Path): ConversionResult {
    val keep: suspend (String) -> Unit = { saved ->
        // Whole or not at all, should the program end while it is written.
        val next = Path.of("$state.new")
        next.writeText(saved)
        next.moveTo(state, overwrite = true)
    }
    val source = Source.file(input)
    val result =
        if (state.exists()) client.resume(state.readText(), output, source) { checkpoint = keep }
        else client.convert(source, output) { checkpoint = keep }
    state.deleteExisting()
    return result
}
