package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.cli.Distribution.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of a distribution, as a process. */
class LauncherTest {

  @TempDir Path folder;

  private Distribution distribution() throws IOException {
    return Distribution.make(folder.resolve("a b/far sight"));
  }

  private Result run(Path launcher, String variable, String... args) throws Exception {
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    return Distribution.run(folder, command, variable);
  }

  @Test
  void startsFromAnywhereThroughLinksAndSpaces() throws Exception {
    var distribution = distribution();
    Path link = Files.createSymbolicLink(folder.resolve("link"), distribution.launcher());
    Path second = Files.createSymbolicLink(folder.resolve("second link"), Path.of("link"));
    assertThat(link).isSymbolicLink();
    Files.createDirectories(distribution.home().resolve("conf"));
    Files.writeString(
        distribution.home().resolve("conf/quickstart.conf"), "farsight.cache.polcy = lru");
    var result = run(second, "X=", "check");
    assertThat(result.err())
        .startsWith(
            "farsight: %s/conf/quickstart.conf: 1: unknown key farsight.cache.polcy; did you mean farsight.cache.policy? "
                .formatted(distribution.home()));
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void pathsInSettingsAreRelativeToTheWorkingDirectory() throws Exception {
    Files.writeString(folder.resolve("bad.conf"), "farsight.cahce { }");
    var result = run(distribution().launcher(), "X=", "check", "bad.conf");
    assertThat(result.err()).startsWith("farsight: bad.conf: 1: unknown key farsight.cahce;");
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void aJavaHomeWithoutJavaIsTold() throws Exception {
    var result = run(distribution().launcher(), "JAVA_HOME=/no/where", "version");
    assertThat(result.err())
        .isEqualTo(
            "farsight: JAVA_HOME is /no/where, which has no bin/java; set it to a JDK 17 or newer\n");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void aHeapThatIsTooSmallIsTold() throws Exception {
    Files.writeString(
        folder.resolve("large.conf"),
        """
        farsight {
          data.synthetic { cardinalities = [40000000], rows = 1000 }
          model.embedding-dim = 2
          cache.size = "100000 rows"
        }
        """);
    var result = run(distribution().launcher(), "JDK_JAVA_OPTIONS=-Xmx64m", "train", "large.conf");
    assertThat(result.err())
        .containsPattern(
            "farsight: Java's heap of \\d+ MiB is too small; for twice as much: JDK_JAVA_OPTIONS=-Xmx\\d+m");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void anOldJavaIsTold() throws Exception {
    Path java = Distribution.script(folder.resolve("jdk11/bin/java"), "exit 3");
    Files.writeString(folder.resolve("jdk11/release"), "JAVA_VERSION=\"11.0.2\"\n");
    var result = run(distribution().launcher(), "JAVA_HOME=" + folder.resolve("jdk11"), "version");
    assertThat(result.err())
        .isEqualTo(
            "farsight: %s is Java 11.0.2; 17 or newer is needed, set JAVA_HOME\n".formatted(java));
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void aJavaWithoutAReleaseFileIsAsked() throws Exception {
    Path java =
        Distribution.script(
            folder.resolve("jdk8/bin/java"), "echo 'java version \"1.8.0_402\"' >&2");
    var result = run(distribution().launcher(), "JAVA_HOME=" + folder.resolve("jdk8"), "version");
    assertThat(result.err()).startsWith("farsight: " + java + " is Java 1.8.0_402; 17 or newer");
  }

  @Test
  void noJavaAtAllIsTold() throws Exception {
    Path bin =
        Distribution.tools(folder.resolve("bin"), "bash", "env", "uname", "dirname", "readlink");
    var command = List.of("/usr/bin/env", "-u", "JAVA_HOME", distribution().launcher().toString());
    var result = Distribution.run(folder, command, "PATH=" + bin);
    assertThat(result.err())
        .isEqualTo("farsight: no java found; install a JDK 17 or newer, or set JAVA_HOME\n");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void anotherPlatformIsTold() throws Exception {
    Path bin =
        Distribution.script(folder.resolve("bin/uname"), "[ $1 = -s ] && echo Darwin || echo arm64")
            .getParent();
    var path = "PATH=" + bin + ":" + System.getenv("PATH");
    var result = run(distribution().launcher(), path, "version");
    assertThat(result.err())
        .isEqualTo("farsight: there are no natives for Darwin arm64, only for Linux x86_64\n");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void cudaTakesThePlaceOfNativeOnlyWhereItIsInstalledAndChosen() throws Exception {
    var distribution = distribution();
    Path conf = Files.writeString(folder.resolve("x.conf"), "");
    Path nativeJars = Files.createDirectories(distribution.home().resolve("lib/nd4j-native"));
    Files.writeString(nativeJars.resolve("nd4j-native-1.0.jar"), "");
    Files.writeString(nativeJars.resolve("nd4j-native-1.0-linux-x86_64.jar"), "");
    Files.writeString(nativeJars.resolve("nd4j-native-api-1.0.jar"), "");
    // Stands in for java: answers the question for the backend, shows the class path otherwise.
    Distribution.script(
        folder.resolve("jdk/bin/java"),
        "case \"$*\" in *ChosenBackend*) exec '%s/bin/java' \"$@\";; *) echo \"$@\";; esac"
            .formatted(System.getProperty("java.home")));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    String jdk = "JAVA_HOME=" + folder.resolve("jdk");
    String cuda = "compute.backend=nd4j-cuda";
    var launcher = distribution.launcher();
    assertThat(run(launcher, jdk, "check", conf.toString(), "--set", cuda).out())
        .contains("/lib/nd4j-native/*");
    Files.createDirectories(distribution.home().resolve("lib/nd4j-cuda"));
    assertThat(run(launcher, jdk, "check", conf.toString()).out()).contains("/lib/nd4j-native/*");
    assertThat(run(launcher, jdk, "check", conf.toString(), "--set", cuda).out())
        .contains("/lib/nd4j-cuda/*")
        .contains("/lib/nd4j-native/nd4j-native-api-1.0.jar")
        .doesNotContain("nd4j-native/*")
        .doesNotContain("nd4j-native-1.0");
    assertThat(run(launcher, jdk, "list").out())
        .as("opens neither, tells about both")
        .contains("/lib/nd4j-native/*", "/lib/nd4j-cuda/*", "/lib/parquet/*");
  }

  @Test
  void parquetIsOnTheClassPathWhereItMayBeRead() throws Exception {
    var distribution = distribution();
    Distribution.script(folder.resolve("jdk/bin/java"), "echo \"$@\"");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    Files.writeString(folder.resolve("rows.conf"), "farsight.data.source = parquet");
    Files.writeString(folder.resolve("other.conf"), "farsight.data.source = csv");
    Files.writeString(folder.resolve("outer.conf"), "include \"rows.conf\"");
    Files.writeString(folder.resolve("chosen.conf"), "farsight.data.source = ${SOURCE}");
    Path run = Files.createDirectories(folder.resolve("run/model"));
    Files.writeString(run.resolve("model.json"), "{\"source\": \"parquet\"}");
    Path csvRun = Files.createDirectories(folder.resolve("csv-run"));
    Files.writeString(csvRun.resolve("config.json"), "{\"source\": \"csv\"}");
    // Folders here that are named as a command is are not what it names.
    for (String command : List.of("data", "train", "head")) {
      Files.createDirectories(folder.resolve(command));
      Files.writeString(folder.resolve(command + "/rows.conf"), "farsight.data.source = parquet");
    }
    Path prepared = Files.createDirectories(folder.resolve("prepared"));
    Files.writeString(prepared.resolve("manifest.json"), "{\"source\": \"parquet\"}");
    for (String with :
        List.of(
            "train rows.conf",
            "check outer.conf",
            "check chosen.conf",
            "train --set data.source=parquet",
            "eval run --set data.path=x",
            "eval csv-run prepared",
            "data prepare rows.conf --out x",
            "data prepare --out x rows.conf",
            "data stats outer.conf",
            "data head chosen.conf",
            "data head --set data.source=parquet",
            "train other.conf --resume",
            "export csv-run",
            "list")) {
      assertThat(classPath(distribution, with)).as(with).contains("/lib/parquet/*");
    }
    for (String without :
        List.of(
            "train other.conf",
            "train",
            "eval csv-run",
            "version",
            "data prepare other.conf --out x",
            "data prepare other.conf --out x --fitted run",
            "data stats other.conf",
            "data head")) {
      assertThat(classPath(distribution, without)).as(without).doesNotContain("/lib/parquet/*");
    }
  }

  private String classPath(Distribution distribution, String command) throws Exception {
    var result =
        run(distribution.launcher(), "JAVA_HOME=" + folder.resolve("jdk"), command.split(" ", -1));
    assertThat(result.err()).isEmpty();
    return result.out();
  }
}
