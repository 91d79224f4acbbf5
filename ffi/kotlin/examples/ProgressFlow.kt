import com.cloudconvert.CloudConvert
import com.cloudconvert.ConversionResult
import com.cloudconvert.Source
import com.cloudconvert.ConversionUpdate
import java.nio.file.Path
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first

/** The same with a flow: a view model would collect it, and end the conversion by ending its scope. */
suspend fun convertWithFlow(client: CloudConvert, input: Path, output: Path, show: (Double) -> Unit): ConversionResult =
    client.conversion(Source.file(input), output)
        .onEach { update -> if (update is ConversionUpdate.Progressed) show(update.progress.percent ?: 0.0) }
        .filterIsInstance<ConversionUpdate.Finished>()
        .first()
        .result
