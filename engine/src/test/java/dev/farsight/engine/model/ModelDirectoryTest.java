package dev.farsight.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.farsight.api.FarsightException;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void name() {
    model = folder.resolve("model");
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** A reader holds the folder's name while models are replaced: each time there must be one. */
  @Test
  @Timeout(120)
  void aModelIsReplacedInOneStep() throws Exception {
    var one = new TestModel(1);
    var two = new TestModel(2);
    one.saveTo(model);
    Files.createDirectories(folder.resolve("x"));
    Files.createDirectories(folder.resolve("y"));
    assumeThat(AtomicExchange.exchange(folder.resolve("x"), folder.resolve("y")))
        .as("directories can be exchanged here")
        .isTrue();
    var done = new AtomicBoolean();
    var threads = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> looks =
          threads.submit(
              () -> {
                int count = 0;
                while (!done.get()) {
                  assertThat(model.resolve("model.json")).exists();
                  count++;
                }
                return count;
              });
      for (int i = 0; i < 40; i++) {
        (i % 2 == 0 ? two : one).saveTo(model);
        assertThat(TestModel.load(model)).isEqualTo(i % 2 == 0 ? 2 : 1);
      }
      done.set(true);
      assertThat(looks.get()).isPositive();
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
    assertThat(names()).containsExactly("model", "x", "y");
  }

  @Test
  void aProcessKilledWhileItSavesLeavesTheEarlierModel() throws Exception {
    new TestModel(1).saveTo(model);
    Process child =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KilledSave.class.getName(),
                model.toString())
            .inheritIO()
            .start();
    assertThat(child.waitFor()).isEqualTo(KilledSave.STATUS);
    assertThat(names()).containsExactly("model", "model.partial");
    assertThat(TestModel.load(model)).isEqualTo(1);
    new TestModel(2).saveTo(model);
    assertThat(TestModel.load(model)).isEqualTo(2);
    assertThat(names()).containsExactly("model");
  }

  /** Where directories cannot be exchanged, a process may end between the two renames. */
  @Test
  void aReplacementThatStoppedInTheMiddleIsTakenBack() throws IOException {
    new TestModel(1).saveTo(model);
    PartialDirectory interrupted = PartialDirectory.create(model);
    Files.writeString(interrupted.content().resolve("model.json"), "{}");
    Files.move(model, interrupted.content().resolveSibling("replaced"));
    assertThatThrownBy(
            () -> new ModelDirectory(model).write(null, new Failing(new IOException("disk full"))))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(model.toString(), "disk full");
    assertThat(TestModel.load(model)).isEqualTo(1);
    assertThat(names()).containsExactly("model");
  }

  @Test
  void aFailureLeavesTheEarlierModelAndNoPart() throws IOException {
    new TestModel(1).saveTo(model);
    for (Throwable failure :
        List.of(new IOException("x"), new IllegalStateException("x"), new AssertionError("x"))) {
      assertThatThrownBy(() -> new ModelDirectory(model).write(null, new Failing(failure)))
          .hasMessageContaining("x");
      assertThat(TestModel.load(model)).isEqualTo(1);
      assertThat(names()).containsExactly("model");
    }
  }

  @Test
  void filesOfOthersAreNeverDeleted() throws IOException {
    Path partial = Files.createDirectories(folder.resolve("model.partial"));
    Files.writeString(partial.resolve("mine.txt"), "mine");
    Path second = Files.createDirectories(folder.resolve("model.partial-2"));
    Files.writeString(second.resolve("farsight-partial"), "not what Farsight writes");
    Files.createDirectories(model);
    Files.writeString(model.resolve("mine.txt"), "mine");

    new TestModel(1).saveTo(model);
    assertThat(TestModel.load(model)).isEqualTo(1);
    assertThat(partial.resolve("mine.txt")).hasContent("mine");
    assertThat(second.resolve("farsight-partial")).hasContent("not what Farsight writes");
    assertThat(folder.resolve("model.kept-1/mine.txt")).hasContent("mine");

    Files.writeString(model.resolve("rows/notes.md"), "also mine");
    new TestModel(2).saveTo(model);
    assertThat(TestModel.load(model)).isEqualTo(2);
    assertThat(folder.resolve("model.kept-2/rows/notes.md")).hasContent("also mine");
    assertThat(TestModel.load(folder.resolve("model.kept-2"))).isEqualTo(1);
  }

  @Test
  void whatALinkPointsToStays() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    new TestModel(1).saveTo(elsewhere);
    Files.createSymbolicLink(model, elsewhere);
    Files.createSymbolicLink(folder.resolve("model.partial"), elsewhere);
    new TestModel(2).saveTo(model);
    assertThat(TestModel.load(model)).isEqualTo(2);
    assertThat(TestModel.load(elsewhere)).isEqualTo(1);
    assertThat(names()).containsExactly("elsewhere", "model", "model.kept-1", "model.partial");
  }

  private record Failing(Throwable failure) implements ExportFormat {

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public void write(ExportedModel model, Path folder) throws IOException {
      Files.writeString(folder.resolve("part"), "part");
      if (failure instanceof IOException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      throw (RuntimeException) failure;
    }
  }

  /** Ends its process in the middle of saving. */
  static final class KilledSave {

    static final int STATUS = 77;

    private KilledSave() {}

    public static void main(String[] args) {
      new ModelDirectory(Path.of(args[0]))
          .write(
              null,
              new ExportFormat() {
                @Override
                public String name() {
                  return "killed";
                }

                @Override
                public void write(ExportedModel model, Path folder) throws IOException {
                  Files.writeString(folder.resolve("model.json"), "{");
                  Runtime.getRuntime().halt(STATUS);
                }
              });
    }
  }
}
