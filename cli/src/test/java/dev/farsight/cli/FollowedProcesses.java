package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.predict.Predictor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A process that trains and one that serves what it trains, in a folder. */
final class FollowedProcesses {

  /** Scored in several batches. */
  private static final int SAMPLES = 20;

  private static final Pattern PORT = Pattern.compile("127.0.0.1:(\\d+) \\(HTTP\\)");
  private static final Pattern ANSWER =
      Pattern.compile("\"model_version\":\"(\\d+)\".*\"data\":\\[([^\\]]*)\\]");

  private final Path folder;
  private final String launcher;
  private final Path checkpoints;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();
  private String url;
  private int started;

  FollowedProcesses(Path folder) throws IOException {
    this.folder = folder;
    Path home = folder.resolve("home");
    launcher = Distribution.make(home).launcher().toString();
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/quickstart.conf"), "");
    checkpoints = folder.resolve("run/checkpoints");
  }

  private Process start(List<String> command) throws IOException {
    Path output = output(++started);
    Process process =
        Distribution.builder(folder, command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    processes.add(process);
    return process;
  }

  private Path output(int number) {
    return folder.resolve("out-" + number + ".txt");
  }

  /** What the process that was started last has printed. */
  String printed() throws IOException {
    return Files.readString(output(started), UTF_8);
  }

  /**
   * Trains until it is ended.
   *
   * @param mostKib of each file that it writes; 0: no limit
   */
  Process train(boolean resume, int mostKib, String... sets) throws IOException {
    List<String> command = new ArrayList<>();
    if (mostKib > 0) {
      command.addAll(List.of("bash", "-c", "ulimit -f " + mostKib + "; exec \"$@\"", "train"));
    }
    command.addAll(List.of(launcher, "train"));
    if (resume) {
      command.add("--resume");
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.source=synthetic",
                "data.synthetic.rows=20000",
                "data.synthetic.cardinalities=[50, 4000, 300]",
                "data.batch-size=64",
                "model.embedding-dim=4",
                "model.dlrm.bottom-mlp=[8]",
                "model.dlrm.top-mlp=[8]",
                "cache.size=500 rows",
                "compute.threads=1",
                "train.epochs=1000000",
                "checkpoint.every=1 s",
                "checkpoint.deltas=true",
                "run.directory=run"));
    all.addAll(List.of(sets));
    all.forEach(set -> command.addAll(List.of("--set", set)));
    return start(command);
  }

  /** Serves what is trained, whether there is anything yet or not. */
  Process serve() throws Exception {
    Process server =
        start(
            List.of(
                launcher,
                "serve",
                "--follow",
                "run",
                "--port",
                "0",
                "--grpc-port",
                "0",
                "--set",
                "serving.follow.every=20 ms",
                "--set",
                "serving.batch.size=8"));
    int number = started;
    await(
        () -> {
          String text = Files.readString(output(number), UTF_8);
          assertThat(server.isAlive()).as(text).isTrue();
          Matcher port = PORT.matcher(text);
          boolean listens = port.find();
          if (listens) {
            url = "http://127.0.0.1:" + port.group(1);
          }
          return listens;
        });
    return server;
  }

  /** Waits; the process that was started last must not end meanwhile. */
  void await(Callable<Boolean> condition) throws Exception {
    Process last = processes.get(processes.size() - 1);
    boolean lived = last.isAlive();
    long end = System.nanoTime() + 120_000_000_000L;
    while (!condition.call()) {
      assertThat(last.isAlive()).as(printed()).isEqualTo(lived);
      assertThat(System.nanoTime()).as("two minutes have passed: " + printed()).isLessThan(end);
      Thread.sleep(2);
    }
  }

  static void signal(Process process, String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  String get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  boolean isReady() throws Exception {
    var answer =
        client.send(request("/v2/health/ready").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isIn(200, 503);
    return answer.statusCode() == 200;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  /**
   * What a request was answered.
   *
   * @param version that scored it
   */
  record Answer(long version, List<Float> probabilities) {}

  /** Asks for scores; a request that fails fails the test. */
  Answer ask() throws Exception {
    String body =
        IntStream.range(0, 3)
            .mapToObj(
                f ->
                    input(
                        names().get(f),
                        "INT64",
                        "[" + SAMPLES + "]",
                        IntStream.range(0, SAMPLES).mapToObj(s -> "" + row(f, s))))
            .collect(
                Collectors.joining(
                    ",",
                    "{\"inputs\":["
                        + input(
                            "dense",
                            "FP32",
                            "[" + SAMPLES + "," + denseWidth() + "]",
                            IntStream.range(0, SAMPLES * denseWidth()).mapToObj(i -> "" + dense(i)))
                        + ",",
                    "]}"));
    var answer =
        client.send(
            request("/v2/models/farsight/infer")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    Matcher found = ANSWER.matcher(answer.body());
    assertThat(answer.statusCode() == 200 && found.find()).as(answer.body()).isTrue();
    return new Answer(
        Long.parseLong(found.group(1)),
        Pattern.compile(",").splitAsStream(found.group(2)).map(Float::valueOf).toList());
  }

  private static String input(
      String name, String type, String shape, java.util.stream.Stream<String> data) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"data\":[%s]}"
        .formatted(name, type, shape, data.collect(Collectors.joining(",")));
  }

  private static int row(int feature, int sample) {
    return (feature * 7 + sample) % 50;
  }

  private static float dense(int i) {
    return i % 17 / 4f;
  }

  private static List<String> names() {
    return List.of("C1", "C2", "C3");
  }

  private static int denseWidth() {
    return 13;
  }

  /** The steps of the checkpoints that there are, ascending. */
  List<Long> steps() throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (var files = Files.list(checkpoints)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("step-\\d+"))
          .map(name -> Long.valueOf(name.substring(5)))
          .sorted()
          .toList();
    }
  }

  long newest() throws IOException {
    List<Long> steps = steps();
    return steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
  }

  /** The probabilities of a checkpoint that is opened by itself, not by deltas. */
  List<Float> expected(long step) {
    Path checkpoint = checkpoints.resolve("step-%012d".formatted(step));
    ClassLoader loader = getClass().getClassLoader();
    try (Plugins plugins = Plugins.load(loader);
        Predictor predictor =
            Predictor.open(
                Predictor.configuration(checkpoint).resolve(plugins.loaders()),
                plugins.components(),
                checkpoint)) {
      Batch batch = predictor.newBatch();
      batch.samples(SAMPLES);
      for (int i = 0; i < SAMPLES * denseWidth(); i++) {
        batch.dense().put(i, dense(i));
      }
      for (int f = 0; f < names().size(); f++) {
        for (int s = 0; s < SAMPLES; s++) {
          batch.indices(f)[s] = row(f, s);
        }
      }
      var probabilities = new float[SAMPLES];
      predictor.probabilities(batch, probabilities);
      return IntStream.range(0, SAMPLES).mapToObj(s -> probabilities[s]).toList();
    }
  }

  /** Ends all processes. */
  void end() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }
}
