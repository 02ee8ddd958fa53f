package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a request is said in one line, with the input's name. */
class RefusalTest {

  private static final String DENSE =
      "{'name':'dense','datatype':'FP32','shape':[2,2],'data':[1,2,3,4]}";
  private static final String USER = "{'name':'user','datatype':'INT64','shape':[2],'data':[3,22]}";
  private static final String TAGS =
      "{'name':'tags','datatype':'INT64','shape':[3],'data':[0,30,2]}";
  private static final String OFFSETS =
      "{'name':'tags.offsets','datatype':'INT64','shape':[3],'data':[0,1,3]}";
  private static final String WEIGHTS =
      "{'name':'tags.weights','datatype':'FP32','shape':[3],'data':[1,0.5,2]}";
  private static final String REQUEST =
      "{'inputs':[" + String.join(",", DENSE, USER, TAGS, OFFSETS, WEIGHTS) + "]}";

  @TempDir static Path folder;

  private static FarsightServer server;
  private static TestClient client;

  @BeforeAll
  static void start() throws IOException {
    server = TestModel.train(folder).start("serving.max-request-bytes=4 KiB", "serving.queue=50");
    client = new TestClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void theRequestIsAnswered() throws Exception {
    var answer = client.infer(json(REQUEST));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    float[] probabilities = TestClient.output(answer.body(), "probability");
    assertThat(probabilities).hasSize(2);
    // Nested data, offsets without the last, and data before their datatype mean the same.
    String same =
        REQUEST
            .replace("[1,2,3,4]", "[[1,2],[3,4]]")
            .replace("'shape':[3],'data':[0,1,3]", "'shape':[2],'data':[0,1]")
            .replace(
                "'name':'user','datatype':'INT64','shape':[2],'data':[3,22]",
                "'data':[3,22],'shape':[2],'datatype':'INT64','name':'user'");
    assertThat(TestClient.output(client.infer(json(same)).body(), "probability"))
        .isEqualTo(probabilities);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[3,22] | [3,23] | input user: value 1 is row 23 of table user, which has rows 0 to 22",
        "[3,22] | [-1,2] | input user: value 0 is row -1 of table user, which has rows 0 to 22",
        "[3,22] | [3,2.5] | input user: value 1 is a fraction in place of a whole number, as INT64 needs",
        "'shape':[2],'data':[3,22] | 'shape':[1],'data':[3] | input user: 1 values for 2 samples; it has one value a sample",
        "[2,2] | [2,3] | input dense: shape [2, 3] has 6 values, and there are 4",
        "[2,2] | [4] | input dense: shape [4] in place of [4, 2]",
        "[1,2,3,4] | [1,2,3,1e39] | input dense: sample 1, value 1 is Infinity; finite numbers are needed",
        "[1,2,3,4] | [1,2,3,NaN] | the body is malformed JSON",
        "'dense' | 'dnse' | unknown input dnse; did you mean dense?",
        "[0,1,3] | [0,3,1] | input tags.offsets: offset 2 is 1; they ascend from 0 to 3",
        "[0,1,3] | [0,1,2] | input tags.offsets: the last offset is 2, and there are 3 values",
        "'tags.offsets' | 'x.offsets' | unknown input x.offsets",
        "'tags.weights' | 'user' | input user: it is there twice",
        "FP32 | FP16 | datatype FP16 is none of FP32, INT32, INT64, BYTES",
        "'inputs' | 'input' | unknown field input; did you mean inputs?",
        "'shape':[2], | `` | input user: it has no shape",
        "[3,22] | ['a','b'] | input user: value 0 is a string in place of a whole number, as INT64 needs",
        "{'inputs' | {'outputs':[{'name':'logits'}],'inputs' | output logits is none of probability, logit; did you mean logit?",
        "{'inputs' | {'parameters':{'timeout':1},'inputs' | the deadline passed before it was scored",
      })
  void oneLineTells(String from, String to, String message) throws Exception {
    String changed = REQUEST.replaceFirst(java.util.regex.Pattern.quote(from), to);
    assertThat(changed).isNotEqualTo(REQUEST);
    var answer = client.infer(json(changed));
    assertThat(answer.body()).startsWith("{\"error\":\"").contains(message).doesNotContain("\tat ");
    assertThat(answer.statusCode()).isEqualTo(message.startsWith("the deadline") ? 504 : 400);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/farsight/versions/13, 404, version 13 is not loaded; there is 12",
    "/v2/models/other, 404, unknown model other; this server has farsight",
    "/v3, 404, there is no path /v3",
    "/v2/models/farsight/infer, 405, method GET in place of POST",
  })
  void paths(String path, int status, String message) throws Exception {
    var answer = client.get(path);
    assertThat(answer.body()).isEqualTo("{\"error\":\"" + message + "\"}");
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void metadataAndHealth() throws Exception {
    assertThat(client.get("/v2").body()).startsWith("{\"name\":\"farsight\",\"version\":\"");
    assertThat(client.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
    assertThat(client.get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
    assertThat(client.get("/v2/models/farsight/versions/12/ready").body())
        .isEqualTo("{\"name\":\"farsight\",\"ready\":true}");
    assertThat(client.get("/v2/models/farsight").body())
        .contains("{\"name\":\"dense\",\"datatype\":\"FP32\",\"shape\":[-1,2]}")
        .contains("\"versions\":[\"12\"],\"platform\":\"farsight\"");
    assertThat(client.post("/v2/repository/index", "").body())
        .isEqualTo(
            "[{\"name\":\"farsight\",\"version\":\"12\",\"state\":\"READY\",\"reason\":\"live\"}]");
    assertThat(client.get("/metrics").body())
        .contains("farsight_model_version 12.0", "farsight_requests_total{code=\"200\"");
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    var body = client.infer(json(REQUEST) + " ".repeat(5000));
    assertThat(body.statusCode()).isEqualTo(413);
    assertThat(body.body()).contains("the body is larger than 4096 bytes");
    String many =
        "{'inputs':[{'name':'x','datatype':'INT64','shape':[51],'data':["
            + "1,".repeat(50)
            + "1]}]}";
    var samples = client.infer(json(many));
    assertThat(samples.statusCode()).isEqualTo(413);
    assertThat(samples.body()).contains("51 samples, and the server takes at most 50 at once");
  }
}
