import com.fasterxml.jackson.core.JsonProcessingException;
import dev.clipserve.client.ApiClient;
import dev.clipserve.client.ApiException;
import dev.clipserve.client.ClassificationApi;
import dev.clipserve.client.ClassificationApi.APIClassifyRequest;
import dev.clipserve.client.LabelSetsApi;
import dev.clipserve.client.LabelSetsApi.APIPutLabelSetRequest;
import dev.clipserve.client.model.ClassifyRequest;
import dev.clipserve.client.model.ClassifyResponse;
import dev.clipserve.client.model.ImageSource;
import dev.clipserve.client.model.LabelSet;
import dev.clipserve.client.model.LabelSetEntry;
import dev.clipserve.client.model.Prediction;
import dev.clipserve.client.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Uses the service through the client that is generated from its contract. Arguments: the service's URL and an image. */
public final class ClassifyExample {

    private static final List<String> LABELS = List.of("sunflower", "motorcycle", "whale");

    private final ApiClient client = new ApiClient();
    private final ClassificationApi classification;
    private final ImageSource image;

    private ClassifyExample(String service, Path image) throws IOException {
        client.updateBaseUri(service);
        this.classification = new ClassificationApi(client);
        this.image = new ImageSource().base64(Base64.getEncoder().encodeToString(Files.readAllBytes(image)));
    }

    public static void main(String[] arguments) throws Exception {
        var example = new ClassifyExample(arguments[0], Path.of(arguments[1]));
        example.classify();
        example.labelSet();
        example.problem();
    }

    private void classify() throws ApiException {
        print("classify", ask(new ClassifyRequest().labels(LABELS)));
    }

    /** The same labels under a name: the service encodes them now, and never again. */
    private void labelSet() throws ApiException {
        var set = new LabelSet().labels(LABELS.stream().map(LabelSetEntry::new).toList());
        new LabelSetsApi(client)
                .putLabelSet(APIPutLabelSetRequest.newBuilder().name("example").labelSet(set).build());
        print("label-set", ask(new ClassifyRequest().labelSet("example")));
    }

    /** What went wrong is an object, too: labels may be there once only. */
    private void problem() throws JsonProcessingException {
        try {
            ask(new ClassifyRequest().labels(List.of("cat", "dog", "cat")));
            throw new AssertionError("a label that is there twice was taken");
        } catch (ApiException e) {
            Problem problem = client.getObjectMapper().readValue(e.getResponseBody(), Problem.class);
            System.out.printf("problem %d %s %s%n", problem.getStatus(), problem.getType(), problem.getDetail());
        }
    }

    private ClassifyResponse ask(ClassifyRequest what) throws ApiException {
        return classification.classify(APIClassifyRequest.newBuilder()
                .classifyRequest(what.addImagesItem(image))
                .build());
    }

    private static void print(String step, ClassifyResponse answer) {
        for (Prediction prediction : answer.getResults().get(0).getPredictions()) {
            System.out.printf("%s %s %s%n", step, prediction.getLabel(), prediction.getProbability());
        }
    }
}
