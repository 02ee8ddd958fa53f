package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.cli.Distribution.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in the sources, with stand-ins for Maven, which notes its calls, and Java. */
class BuildingLauncherTest {

  private static final String BUILT = "farsight: building (Maven's output: %s/target/build.log)\n";

  private static final String MAKE_LIB = "mkdir -p cli/target/farsight-0.2.0-SNAPSHOT/lib";

  @TempDir Path folder;
  private Path sources;
  private Path source;
  private Path calls;

  @BeforeEach
  void layOut() throws IOException {
    sources = Files.createDirectories(folder.resolve("my sources"));
    for (String file : List.of("farsight", "jvm.options", "pom.xml")) {
      Files.copy(Distribution.ROOT.resolve(file), sources.resolve(file));
    }
    Files.createDirectories(sources.resolve(".mvn"));
    Path module = Files.createDirectories(sources.resolve("cli/src/main/java"));
    Files.writeString(sources.resolve("cli/pom.xml"), "<project/>");
    source = Files.writeString(module.resolve("A.java"), "class A {}");
    calls = folder.resolve("calls");
    maven(MAKE_LIB);
    Distribution.script(folder.resolve("jdk/bin/java"), "echo started");
    Distribution.script(folder.resolve("jdk/bin/javac"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  private void maven(String... script) throws IOException {
    Distribution.script(
        folder.resolve("tools/mvn"),
        "cd '%s'".formatted(sources),
        "echo \"$@\" >>'%s'".formatted(calls),
        "echo out of maven",
        String.join("\n", script));
  }

  private ProcessBuilder launcher() {
    return Distribution.builder(
        folder, List.of(sources.resolve("farsight").toString(), "version"), environment());
  }

  private Result launch() throws Exception {
    return Distribution.run(
        folder, List.of(sources.resolve("farsight").toString(), "version"), environment());
  }

  private String[] environment() {
    return new String[] {
      "PATH=" + folder.resolve("tools") + ":" + System.getenv("PATH"),
      "JAVA_HOME=" + folder.resolve("jdk")
    };
  }

  private long builds() throws IOException {
    return Files.readAllLines(calls).size();
  }

  @Test
  void buildsOnFirstUseAndWhenSourcesChanged() throws Exception {
    var first = launch();
    assertThat(first.err()).isEqualTo(BUILT.formatted(sources));
    assertThat(first.out()).isEqualTo("started\n");
    assertThat(first.status()).isZero();
    assertThat(calls).content().contains(" package").contains("-Dmaven.test.skip=true");
    assertThat(sources.resolve("target/build.log")).hasContent("out of maven");

    assertThat(launch().err()).as("nothing changed").isEmpty();
    assertThat(builds()).isEqualTo(1);

    Files.writeString(source, "class A { int a; }");
    assertThat(launch().err()).as("a source changed").isEqualTo(BUILT.formatted(sources));
    Files.delete(source);
    assertThat(launch().err()).as("a source went").isEqualTo(BUILT.formatted(sources));
    Files.writeString(sources.resolve("cli/pom.xml"), "<project></project>");
    assertThat(launch().err()).as("a pom changed").isEqualTo(BUILT.formatted(sources));
    Path test = Files.createDirectories(sources.resolve("cli/src/test/java"));
    launch();
    long before = builds();
    Files.writeString(test.resolve("ATest.java"), "class ATest {}");
    assertThat(launch().err()).as("a test changed").isEmpty();
    assertThat(builds()).isEqualTo(before);
  }

  @Test
  void aFailedBuildIsOneLineThatNamesTheLogAndIsTriedAgain() throws Exception {
    maven("exit 1");
    String failed =
        BUILT.formatted(sources)
            + "farsight: the build failed; its output is in %s/target/build.log\n"
                .formatted(sources);
    for (int attempt = 1; attempt <= 2; attempt++) {
      var result = launch();
      assertThat(result.err()).isEqualTo(failed);
      assertThat(result.out()).isEmpty();
      assertThat(result.status()).isEqualTo(1);
      assertThat(builds()).isEqualTo(attempt);
    }
  }

  @Test
  void launchersAtTheSameTimeBuildOnce() throws Exception {
    maven("mkdir building || echo two at a time >>'%s'".formatted(calls), "sleep 0.5", MAKE_LIB);
    var processes = new ArrayList<Process>();
    for (int n = 0; n < 3; n++) {
      processes.add(
          launcher()
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    }
    for (Process process : processes) {
      assertThat(Distribution.status(process)).isZero();
    }
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void noMavenIsTold() throws Exception {
    Path bin =
        Distribution.tools(
            folder.resolve("bin"),
            "bash",
            "uname",
            "dirname",
            "readlink",
            "sed",
            "find",
            "mkdir",
            "flock");
    var command = List.of("/usr/bin/env", sources.resolve("farsight").toString(), "version");
    var result =
        Distribution.run(folder, command, "PATH=" + bin, "JAVA_HOME=" + folder.resolve("jdk"));
    assertThat(result.err())
        .isEqualTo("farsight: no mvn found; install Maven 3.8 or newer to build\n");
    assertThat(result.status()).isEqualTo(1);
  }
}
