import com.cloudconvert.CloudConvert
import com.cloudconvert.CloudConvertException
import com.cloudconvert.Source
import java.io.File
import kotlinx.coroutines.runBlocking

/** Converts a file: `Convert INPUT OUTPUT`. The output's extension says into what. */
object Convert {
    @JvmStatic
    fun main(arguments: Array<String>): Unit = runBlocking {
        val (input, output) = arguments.map { File(it) }
        val client = CloudConvert(System.getenv("CLOUDCONVERT_API_KEY"), System.getenv("CLOUDCONVERT_BASE_URL"))
        println(convert(client, input, output))
    }

    suspend fun convert(client: CloudConvert, input: File, output: File): String = try {
        val result = client.convert(Source.file(input), saveTo = output) { progress ->
            println("${progress.stage} ${progress.percent ?: 0.0} % ${progress.message}")
        }
        "written: ${result.files}"
    } catch (failure: CloudConvertException.ConversionFailed) {
        "the service could not convert this file: ${failure.message}"
    } catch (failure: CloudConvertException) {
        "${failure.code}: ${failure.message}"
    }
}
