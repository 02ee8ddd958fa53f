package dev.farsight.serving;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that knows no more than HTTP. */
final class TestClient {

  private static final Pattern DATA =
      Pattern.compile(
          "\"name\":\"(\\w+)\",\"datatype\":\"FP32\",\"shape\":\\[(\\d+)\\],\"data\":\\[([^\\]]*)\\]");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String start;
  private final String[] everyHeader;

  /**
   * @param everyHeader names and values, in all requests
   */
  TestClient(FarsightServer server, String... everyHeader) {
    this.everyHeader = everyHeader;
    start = "http://127.0.0.1:" + server.httpPort();
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(start + path)));
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(start + path))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  HttpResponse<String> infer(String body, String... headers)
      throws IOException, InterruptedException {
    return post("/v2/models/farsight/infer", body, headers);
  }

  HttpResponse<byte[]> inferBinary(byte[] body, String... headers)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(start + "/v2/models/farsight/infer"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .headers(headers)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    if (everyHeader.length > 0) {
      request.headers(everyHeader);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The data of an output in an answer. */
  static float[] output(String answer, String name) {
    Matcher data = DATA.matcher(answer);
    while (data.find()) {
      if (data.group(1).equals(name)) {
        String[] texts = data.group(3).split(",", -1);
        var values = new float[texts.length];
        for (int i = 0; i < texts.length; i++) {
          values[i] = Float.parseFloat(texts[i]);
        }
        return values;
      }
    }
    throw new AssertionError("no output " + name + " in " + answer);
  }
}
