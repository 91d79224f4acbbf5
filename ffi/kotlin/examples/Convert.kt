import com.cloudconvert.CloudConvert
import com.cloudconvert.CloudConvertException
import com.cloudconvert.Source
import java.nio.file.Path
import kotlinx.coroutines.runBlocking

/** Converts a file: `Convert INPUT OUTPUT`. The output's extension names the format. */
object Convert {
    @JvmStatic
    fun main(arguments: Array<String>): Unit = runBlocking {
        val (input, output) = arguments.map { Path.of(it) }
        val client = CloudConvert(System.getenv("CLOUDCONVERT_API_KEY")) { baseUrl = System.getenv("CLOUDCONVERT_BASE_URL") }
        println(convert(client, input, output))
    }

    suspend fun convert(client: CloudConvert, input: Path, output: Path): String = try {
        val result = client.convert(Source.file(input), output) {
            onProgress = { println("${it.stage} ${it.percent ?: 0.0} % ${it.message}") }
        }
        "written: ${result.files}"
    } catch (failure: CloudConvertException.ConversionFailed) {
        "the service could not convert this file: ${failure.message}"
    } catch (failure: CloudConvertException) {
        "${failure.code}: ${failure.message}"
    }
}
