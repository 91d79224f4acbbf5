import com.cloudconvert.CloudConvert
import com.cloudconvert.Source
import com.cloudconvert.ConversionRequest
import java.io.File

/** Converts many pictures, eight at once, and tells which of them did not work. */
suspend fun convertMany(client: CloudConvert, pictures: List<File>, folder: File): List<String> {
    val requests = pictures.map { ConversionRequest(Source.file(it), saveTo = File(folder, "${it.nameWithoutExtension}.jpg")) }
    val failures = mutableListOf<String>()
    client.convertMany(requests, concurrency = 8).collect { ended ->
        ended.result.onFailure { failures += "${pictures[ended.index].name}: ${it.message}" }
    }
    return failures
}
