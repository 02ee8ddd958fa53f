package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code farsight serve} as a process, asked by clients that are not ours. */
class ServeTest {

  private static final Pattern PORTS =
      Pattern.compile("serving model farsight at 127.0.0.1:(\\d+) \\(HTTP\\) and 127.0.0.1:(\\d+)");
  private static final Pattern CURL = Pattern.compile("(?m)^curl (?:[^'\n]|'[^']*')*$");

  /** The steps that the model is trained: 343 samples in batches of 50. */
  private static final String VERSION = "7";

  private static final String TOKEN = "0123456789abcdef0123456789";

  @TempDir static Path folder;

  private static Process server;
  private static BufferedReader out;
  private static String httpPort;
  private static String grpcPort;

  @BeforeAll
  static void serve() throws Exception {
    var random = new SplittableRandom(9);
    String rows =
        IntStream.range(0, 400).mapToObj(r -> criteo(random)).collect(Collectors.joining("\n"));
    Files.writeString(folder.resolve("train.txt"), rows + "\n");
    Files.writeString(folder.resolve("tokens"), TOKEN + "\n");
    String launcher = Distribution.make(folder.resolve("home")).launcher().toString();
    Files.writeString(folder.resolve("own.conf"), "farsight.data.source = criteo");
    List<String> train = new ArrayList<>(List.of(launcher, "train", "own.conf"));
    for (String set :
        List.of(
            "data.path=train.txt",
            "data.criteo.cardinalities=["
                + IntStream.range(0, 26).mapToObj(t -> "50").collect(Collectors.joining(","))
                + "]",
            "data.batch-size=50",
            "cache.size=all",
            "model.embedding-dim=4",
            "model.dlrm.bottom-mlp=[8]",
            "model.dlrm.top-mlp=[8]",
            "run.directory=run")) {
      train.addAll(List.of("--set", set));
    }
    var trained = Distribution.run(folder, train);
    assertThat(trained.status()).as(trained.out() + trained.err()).isZero();
    var command =
        List.of(
            launcher,
            "serve",
            "--model",
            "run",
            "--port",
            "0",
            "--grpc-port",
            "0",
            "--set",
            "serving.tokens-file=tokens");
    server =
        Distribution.builder(folder, command)
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    out = server.inputReader(UTF_8);
    for (String line = out.readLine(); httpPort == null; line = out.readLine()) {
      assertThat(line).as(() -> read(folder.resolve("err.txt"))).isNotNull();
      Matcher ports = PORTS.matcher(line);
      if (ports.find()) {
        httpPort = ports.group(1);
        grpcPort = ports.group(2);
        break;
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String criteo(SplittableRandom random) {
    return Stream.concat(
            Stream.concat(
                Stream.of("" + random.nextInt(2)),
                IntStream.range(0, 13).mapToObj(i -> "" + random.nextInt(100))),
            IntStream.range(0, 26).mapToObj(c -> "%08x".formatted(random.nextInt())))
        .collect(Collectors.joining("\t"));
  }

  /** The first signal stops it gracefully; the last test of all. */
  @AfterAll
  static void stops() throws Exception {
    server.toHandle().destroy(); // Process.destroy would close the streams too
    assertThat(Distribution.status(server)).isEqualTo(143);
    assertThat(out.lines().toList())
        .containsExactly("stopping: requests under way are answered", "stopped");
    assertThat(folder.resolve("err.txt")).isEmptyFile();
  }

  @Test
  void theCommandsOfTheGuideAreAnswered() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not there");
    String page = Files.readString(Distribution.ROOT.resolve("docs/serving.md"));
    List<String> commands = CURL.matcher(page).results().map(found -> found.group()).toList();
    assertThat(commands).hasSizeGreaterThanOrEqualTo(3);
    for (String command : commands) {
      String here =
          command
              .replace("localhost:8080", "127.0.0.1:" + httpPort)
              .replace("/versions/12000", "/versions/" + VERSION);
      if (!here.contains("Authorization")) {
        here += " -H 'Authorization: Bearer " + TOKEN + "'";
      }
      var answer = Distribution.run(folder, List.of("bash", "-c", here));
      assertThat(answer.out()).as(here).matches("(?s)[{\\[].*").doesNotContain("error");
      if (here.contains("/infer")) {
        assertThat(answer.out())
            .contains("\"id\":\"42\"", "\"probability\",\"datatype\":\"FP32\",\"shape\":[2]");
      }
    }
  }

  @Test
  void aStubMadeByPythonIsAnswered() throws Exception {
    String python = System.getenv().getOrDefault("FARSIGHT_GRPC_PYTHON", "python3");
    var tools = Distribution.run(folder, List.of(python, "-c", "import grpc_tools, grpc"));
    assumeTrue(tools.status() == 0, python + " has no grpcio-tools");
    Path proto = Distribution.ROOT.resolve("serving/src/main/protobuf");
    String script =
        """
        import subprocess, sys
        subprocess.check_call([sys.executable, "-m", "grpc_tools.protoc", "-I%s", "--python_out=.", "--grpc_python_out=.", "open_inference.proto"])
        sys.path.insert(0, ".")
        import grpc, open_inference_pb2 as pb, open_inference_pb2_grpc as rpc
        stub = rpc.GRPCInferenceServiceStub(grpc.insecure_channel("127.0.0.1:%s"))
        token = [("authorization", "Bearer %s")]
        tensor = pb.ModelInferRequest.InferInputTensor(name="C1", datatype="BYTES", shape=[2],
            contents=pb.InferTensorContents(bytes_contents=[b"68fd1e64", b"8cf07265"]))
        answer = stub.ModelInfer(pb.ModelInferRequest(model_name="farsight", id="py", inputs=[tensor]), metadata=token)
        print(answer.id, answer.outputs[0].name, len(answer.outputs[0].contents.fp32_contents))
        """
            .formatted(proto, grpcPort, TOKEN);
    Files.writeString(folder.resolve("client.py"), script);
    var answer = Distribution.run(folder, List.of(python, "client.py"));
    assertThat(answer.out()).as(answer.err()).isEqualTo("py probability 2\n");
  }
}
