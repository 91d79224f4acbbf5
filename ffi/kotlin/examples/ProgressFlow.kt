import com.cloudconvert.CloudConvert
import com.cloudconvert.Converted
import com.cloudconvert.Source
import com.cloudconvert.Update
import java.io.File
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first

/** The same with a flow: a view model would collect it, and end the conversion by ending its scope. */
suspend fun convertWithFlow(client: CloudConvert, input: File, output: File, show: (Double) -> Unit): Converted =
    client.conversion(Source.file(input), saveTo = output)
        .onEach { update -> if (update is Update.Progressed) show(update.progress.percent ?: 0.0) }
        .filterIsInstance<Update.Finished>()
        .first()
        .result
