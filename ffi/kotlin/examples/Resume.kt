import com.cloudconvert.CloudConvert
import com.cloudconvert.ConversionResult
import com.cloudconvert.Source
import java.io.File

/** Converts a file, and goes on with what an earlier run of this program has left undone. */
suspend fun convertOnce(client: CloudConvert, input: File, output: File, state: File): ConversionResult {
    val keep: suspend (String) -> Unit = { saved ->
        // Whole or not at all, should the program end while it is written.
        val next = File("${state.path}.new")
        next.writeText(saved)
        next.renameTo(state)
    }
    val source = Source.file(input)
    val result =
        if (state.exists()) client.resume(state.readText(), output, source, checkpoint = keep)
        else client.convert(source, output, checkpoint = keep)
    state.delete()
    return result
}
