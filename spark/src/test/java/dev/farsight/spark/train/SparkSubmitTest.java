package dev.farsight.spark.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.config.FarsightConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program that the script {@code spark-submit} starts, with the arguments of docs/spark.md:
 * Spark alone is on the class path, and Farsight comes as jars to a driver and two executors.
 */
@Tag("nightly")
class SparkSubmitTest {

  private static final List<String> NOT_OF_SPARK =
      List.of("/org/nd4j/", "/org/bytedeco/", "/com/typesafe/config/", "/farsight-");

  private static final String CONF =
      """
      farsight {
        data {
          source = csv, batch-size = 40
          csv {
            dense = [x], label = label
            categorical = [{ column = a, rows = 300, kind = integer }]
          }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache.size = "100%"
        compute.backend = nd4j-native
      }
      """;

  @TempDir Path folder;

  private record Result(int status, String out, String err) {}

  private Path conf() throws IOException {
    var random = new Random(8);
    var text = new StringBuilder("label,x,a\n");
    for (int row = 0; row < 3000; row++) {
      text.append(random.nextInt(2)).append(',').append(random.nextInt(9)).append(',');
      text.append(random.nextInt(300)).append('\n');
    }
    Path data = Files.writeString(folder.resolve("rows.csv"), text);
    return Files.writeString(
        folder.resolve("my.conf"), CONF + "farsight.data.path = \"" + data + "\"\n");
  }

  private Path jar(Path classes) throws IOException {
    Path jar = Files.createTempFile(folder, "farsight-", ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  private Result submit(String master, List<String> arguments) throws Exception {
    var spark = new ArrayList<String>();
    var jars = new ArrayList<String>();
    String application = null;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (path.endsWith("test-classes") || !Files.exists(path)) {
        continue;
      }
      if (Files.isDirectory(path)) {
        Path jar = jar(path);
        if (Files.exists(path.resolve("dev/farsight/spark/train/Train.class"))) {
          application = jar.toString();
        } else {
          jars.add(jar.toString());
        }
      } else if (NOT_OF_SPARK.stream().anyMatch(entry::contains)) {
        jars.add(entry);
      } else {
        spark.add(entry);
      }
    }
    assertThat(application).isNotNull();
    String sparkPath = String.join(File.pathSeparator, spark);
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(List.of(System.getProperty("spark.opens").split(" ")));
    command.addAll(List.of("-Xmx1g", "-XX:MaxDirectMemorySize=4g", "-cp", sparkPath));
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
    command.addAll(List.of("--class", "dev.farsight.spark.train.Train"));
    command.addAll(List.of("--jars", String.join(",", jars)));
    for (String conf :
        List.of(
            "spark.executor.extraClassPath=" + sparkPath,
            "spark.executor.extraJavaOptions=" + LocalCluster.options(),
            "spark.ui.enabled=false",
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.task.cpus=1",
            "spark.executor.cores=1")) {
      command.addAll(List.of("--conf", conf));
    }
    command.add(application);
    command.addAll(arguments);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Result(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  @Test
  void executorsTrainWhatOneProcessTrains() throws Exception {
    Path conf = conf();
    Path run = folder.resolve("run");
    Result result =
        submit(
            "local-cluster[2,1,1024]",
            List.of(conf.toString(), "--ranks", "2", "--set", "run.directory=" + run));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains(" steps, ").contains(run.resolve("report.json").toString());
    assertThat(ClusterRun.digests(Files.readString(run.resolve("report.json"))))
        .isEqualTo(ClusterRun.onOne(FarsightConfig.ofFile(conf), folder.resolve("one"), 2));
  }

  @Test
  void aWrongSettingEndsWithTwo() throws Exception {
    Result result = submit("local[1]", List.of(conf().toString(), "--ranks", "2"));
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains("farsight.run.directory is not set");
  }
}
