package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers send for web pages of other origins is refused; what programs send is not. */
class PageOriginTest {

  private static final String ACTIVATE = "/v2/models/farsight/versions/12";

  @TempDir static Path folder;

  private static TestModel model;
  private static FarsightServer server;

  @BeforeAll
  static void start() throws IOException {
    model = TestModel.train(folder);
    server = model.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String post(FarsightServer asked, String path, String... headers)
      throws IOException {
    try (var socket = new RawSocket(asked)) {
      var all = new java.util.ArrayList<>(java.util.List.of(headers));
      all.add("Connection: close");
      return socket.post(path, 0, all.toArray(String[]::new)).answerToTheEnd();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "localhost:8080 | - | - | 200",
        "localhost:8080 | http://localhost:8080 | - | 200",
        "127.0.0.1:8080 | http://127.0.0.1:8080 | same-origin | 200",
        "[::1]:8080 | http://[::1]:8080 | - | 200",
        "localhost:8080 | - | none | 200",
        // A proxy may have changed the host.
        "127.0.0.1:8080 | https://scores.example | same-origin | 200",
        "localhost:8080 | http://evil.example | - | 403",
        "localhost:8080 | http://localhost:3000 | - | 403",
        "localhost:8080 | http://localhost:3000 | same-site | 403",
        "localhost:8080 | http://localhost:8080 | cross-site | 403",
        "localhost:8080 | - | cross-site | 403",
        "localhost:8080 | null | - | 403",
        "localhost:8080 | ]not an origin[ | - | 403",
        // Its name server said that it is this machine.
        "evil.example:8080 | http://evil.example:8080 | - | 403",
        "evil.example:8080 | http://evil.example:8080 | same-origin | 403",
        "evil.example:8080 | - | - | 200",
      })
  void pagesOfOtherOriginsDoNotGoBack(String host, String origin, String site, int status)
      throws IOException {
    String answer =
        post(
            server,
            ACTIVATE,
            "Host: " + host,
            origin == null ? "X-A: a" : "Origin: " + origin,
            site == null ? "X-B: b" : "Sec-Fetch-Site: " + site);
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    if (status == 403) {
      assertThat(answer)
          .contains("{\"error\":\"a web page of ", " may not send this request; a program may\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ACTIVATE,
        "/v2/models/farsight/infer",
        "/v2/repository/index",
        "/v2/models/farsight/versions/latest"
      })
  void norDoTheySendAnythingElse(String path) throws IOException {
    String answer = post(server, path, "Host: localhost:8080", "Origin: https://evil.example");
    assertThat(answer)
        .startsWith("HTTP/1.1 403 ")
        .endsWith(
            "{\"error\":\"a web page of another origin, https://evil.example, may not send this request; a program may\"}");
    assertThat(answer).doesNotContainIgnoringCase("access-control");
  }

  /** The question that a browser sends before a request that no form can make. */
  @Test
  void noPageIsAllowedMore() throws IOException {
    try (var socket = new RawSocket(server)) {
      String answer =
          socket
              .send(
                  String.join(
                      "\r\n",
                      "OPTIONS /v2/models/farsight/infer HTTP/1.1",
                      "Host: localhost",
                      "Origin: https://evil.example",
                      "Access-Control-Request-Method: POST",
                      "Connection: close",
                      "",
                      ""))
              .answerToTheEnd();
      assertThat(answer).startsWith("HTTP/1.1 405 ").doesNotContainIgnoringCase("access-control");
    }
  }

  /** With tokens the host may have any name; pages of other origins are refused all the same. */
  @Test
  void tokensGoFirst() throws IOException {
    Path tokens = Files.writeString(folder.resolve("tokens"), "0123456789abcdef\n");
    try (FarsightServer known = model.start("serving.tokens-file=" + tokens)) {
      String token = "Authorization: Bearer 0123456789abcdef";
      String host = "Host: scores.example";
      String own = "Origin: https://scores.example";
      assertThat(post(known, ACTIVATE, host, own)).startsWith("HTTP/1.1 401 ");
      assertThat(post(known, ACTIVATE, host, own, token)).startsWith("HTTP/1.1 200 ");
      assertThat(post(known, ACTIVATE, host, "Origin: https://evil.example", token))
          .startsWith("HTTP/1.1 403 ");
    }
  }
}
