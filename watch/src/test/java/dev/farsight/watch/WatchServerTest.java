package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Report;
import dev.farsight.engine.event.ModelSaved;
import dev.farsight.engine.event.RunListener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's server beside real runs. */
class WatchServerTest {

  @TempDir private Path folder;

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Watching changes no result, and what is served is what the report says. */
  @Test
  void whatIsServedIsWhatTheReportSays() throws Exception {
    Report alone =
        WatchedRun.train(
            folder.resolve("alone"), OptionalInt.empty(), RunListener.NONE, watching -> {});
    var url = new AtomicReference<String>();
    var last = new AtomicReference<HttpResponse<Stream<String>>>();
    List<String> metrics = new ArrayList<>();
    var own =
        new RunListener() {
          @Override
          public void modelSaved(ModelSaved model) {
            metrics.add(Metrics.whole(url.get(), ""));
          }
        };
    Report watched =
        WatchedRun.train(
            folder.resolve("watched"),
            OptionalInt.of(0),
            own,
            watching -> {
              url.set(watching.url().orElseThrow());
              last.set(openEvents(url.get()));
            });
    assertThat(watched.lossSha256()).isEqualTo(alone.lossSha256());
    assertThat(watched.weightsSha256()).isEqualTo(alone.weightsSha256());
    List<String> events = last.get().body().filter(line -> line.startsWith("data: ")).toList();
    var json =
        ConfigFactory.parseString(
            events.get(events.size() - 1).substring("data: ".length()),
            ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    assertThat(json.getString("state")).isEqualTo("finished");
    assertThat(json.getBoolean("over")).isTrue();
    assertThat(json.getLong("step")).isEqualTo(watched.steps());
    assertThat(json.getLong("figures.step")).isEqualTo(watched.steps());
    assertThat(json.getLong("figures.samples")).isEqualTo(watched.trainSamples());
    assertThat(json.getDouble("quality.auroc")).isEqualTo(watched.quality().orElseThrow().auroc());
    double rowHits = watched.json().getDouble("cache.unique_hit_ratio");
    assertThat(json.getDouble("figures.row_hit_ratio")).isEqualTo(rowHits);
    assertThat(json.getDouble("figures.row_limit")).isBetween(rowHits, 1.);
    assertThat(json.getConfigList("figures.tables")).hasSize(3);
    assertThat(metrics)
        .singleElement()
        .asString()
        .contains("farsight_cache_lookups_total{table=", "farsight_steps_total ")
        .doesNotContain("farsight_device_cache");
  }

  @Test
  void eachOfSeveralDevicesHasItsFigures() {
    var url = new AtomicReference<String>();
    var last = new AtomicReference<HttpResponse<Stream<String>>>();
    List<String> metrics = new ArrayList<>();
    var own =
        new RunListener() {
          @Override
          public void modelSaved(ModelSaved model) {
            metrics.add(Metrics.whole(url.get(), ""));
          }
        };
    Report report =
        WatchedRun.train(
            folder.resolve("run"),
            OptionalInt.of(0),
            own,
            watching -> {
              url.set(watching.url().orElseThrow());
              last.set(openEvents(url.get()));
            },
            "compute.nd4j-native.devices=2");
    String event =
        last.get()
            .body()
            .filter(line -> line.startsWith("data: "))
            .reduce((a, b) -> b)
            .orElseThrow();
    var devices =
        ConfigFactory.parseString(event.substring("data: ".length()))
            .getConfigList("figures.devices");
    var expected = report.json().getConfigList("devices");
    assertThat(devices).hasSize(2);
    for (int rank = 0; rank < 2; rank++) {
      var device = devices.get(rank);
      assertThat(device.getString("name")).isEqualTo("cpu " + rank);
      assertThat(device.getLong("unique_rows"))
          .isEqualTo(expected.get(rank).getLong("unique_rows"));
      assertThat(device.getLong("device_bytes"))
          .isEqualTo(expected.get(rank).getLong("device_bytes"));
      assertThat(metrics)
          .singleElement()
          .asString()
          .contains(
              "farsight_device_cache_slots{device=\"cpu " + rank + "\"}",
              "farsight_device_stage_seconds_total{device=\"cpu " + rank + "\",stage=\"compute\"}",
              "farsight_device_sent_bytes_total{device=\"cpu " + rank + "\"}");
    }
  }

  private static HttpResponse<Stream<String>> openEvents(String url) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(url + "events")).build(),
              HttpResponse.BodyHandlers.ofLines());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPortInUseIsToldInALine() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  WatchedRun.train(
                      folder.resolve("run"),
                      OptionalInt.of(taken.getLocalPort()),
                      RunListener.NONE,
                      watching -> {}))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "port %d is in use: name another with --watch=PORT, or --watch=0 for any that is free",
              taken.getLocalPort());
    }
    assertThat(Files.exists(folder.resolve("run"))).isFalse();
  }

  @Test
  void refusesOtherHostsPathsAndMethods() throws Exception {
    var view = new RunView();
    try (var sinks = new Sinks(RunListener.NONE, List.of(view));
        var server = WatchServer.start(0, view, new RunMetrics(view, sinks))) {
      assertThat(get(server.url()).statusCode()).isEqualTo(200);
      assertThat(get(server.url() + "metrics").body()).contains("farsight_build_info{");
      assertThat(get(server.url() + "secret").statusCode()).isEqualTo(404);
      int port = URI.create(server.url()).getPort();
      assertThat(status(port, "GET / HTTP/1.1\r\nHost: evil.example:" + port)).contains(" 403 ");
      assertThat(status(port, "POST / HTTP/1.1\r\nHost: localhost:" + port)).contains(" 405 ");
    }
  }

  private static String status(int port, String head) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      byte[] answer = socket.getInputStream().readNBytes(16);
      return new String(answer, StandardCharsets.US_ASCII);
    }
  }
}
