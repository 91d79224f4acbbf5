import com.cloudconvert.CloudConvert
import com.cloudconvert.Source
import com.cloudconvert.ConversionRequest
import java.nio.file.Path
import kotlin.io.path.nameWithoutExtension

/** Converts many pictures, eight at once, and returns what went wrong. */
suspend fun convertMany(client: CloudConvert, pictures: List<Path>, folder: Path): List<String> {
    val requests = pictures.map { ConversionRequest(Source.file(it), folder.resolve("${it.nameWithoutExtension}.jpg")) }
    val failures = mutableListOf<String>()
    client.convertMany(requests, concurrency = 8).collect { ended ->
        ended.result.onFailure { failures += "${pictures[ended.index].fileName}: ${it.message}" }
    }
    return failures
}
