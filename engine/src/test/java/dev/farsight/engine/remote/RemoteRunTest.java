package dev.farsight.engine.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.process.Processes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attempts of a run, of which one stops before any of its operations on the store, for good or
 * while another one works. The state of the run at a step is known, so what an attempt finds can be
 * compared.
 */
class RemoteRunTest {

  private static final int KEEP = 2;
  private static final int CHAIN = 4;

  /** Operations from one that is tried to the next, unless all are. */
  private static final int STRIDE = 13;

  @TempDir Path folder;

  /** A store that does something before one of its operations. */
  private static final class Operations implements RemoteFiles {

    private final NavigableMap<String, byte[]> files = new TreeMap<>();
    private int count;
    private int at = -1;
    private Runnable then;

    /** Before the given operation from now on; then no more. */
    void before(int operation, Runnable action) {
      count = 0;
      at = operation;
      then = action;
    }

    private void operation() {
      if (count++ == at) {
        at = -1;
        then.run();
      }
    }

    @Override
    public String address() {
      return "memory://store";
    }

    @Override
    public List<String> list(String below) {
      operation();
      return files.keySet().stream().filter(name -> name.startsWith(below + "/")).toList();
    }

    @Override
    public void write(String name, InputStream content, long bytes) throws IOException {
      var all = new ByteArrayOutputStream();
      content.transferTo(all);
      try {
        operation();
      } catch (Crash e) {
        files.put(name, Arrays.copyOf(all.toByteArray(), all.size() / 2));
        throw e;
      }
      files.put(name, all.toByteArray());
    }

    @Override
    public InputStream read(String name) throws IOException {
      operation();
      if (!files.containsKey(name)) {
        throw new FileNotFoundException(name);
      }
      return new ByteArrayInputStream(files.get(name));
    }

    @Override
    public void delete(String name) {
      operation();
      files.remove(name);
    }
  }

  /** The process is gone. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** An attempt, with a disk of its own. */
  private final class Try {

    private final Path disk = folder.resolve(UUID.randomUUID().toString());
    private final Path checkpoints = disk.resolve("checkpoints");
    private final RemoteRun remote;
    private long step;

    Try(RemoteFiles store) {
      remote = RemoteRun.begin(store, Processes.one(), process -> checkpoints, disk);
      step = remote.resumes() ? found() : 0;
    }

    /** Checks all that was fetched. */
    private long found() {
      try (var names = Files.list(checkpoints)) {
        List<String> steps =
            names.map(p -> p.getFileName().toString()).filter(n -> n.startsWith("step-")).toList();
        assertThat(steps).hasSize(1);
        long at = Long.parseLong(steps.get(0).substring("step-".length()));
        for (LocalFile file : files(at)) {
          assertThat(file.file()).hasContent(content(file.path(), at));
        }
        return at;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void checkpoint() {
      step++;
      for (LocalFile file : files(step)) {
        try {
          Files.createDirectories(file.file().getParent());
          Files.writeString(file.file(), content(file.path(), step));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      remote.upload(step, files(step));
      remote.commit(step, -1, KEEP);
    }

    /** As a checkpoint has them: one of its own, a chain of rows, and one that grows. */
    private List<LocalFile> files(long at) {
      List<String> paths = new ArrayList<>();
      paths.add(String.format(Locale.ROOT, "step-%012d/dense.bin", at));
      for (long rows = at - at % CHAIN; rows <= at; rows++) {
        paths.add("rows/" + rows + ".rows");
      }
      paths.add("losses.bin");
      return paths.stream()
          .map(
              path ->
                  new LocalFile(
                      checkpoints.resolve(path),
                      path,
                      content(path, at).length(),
                      path.equals("losses.bin")))
          .toList();
    }
  }

  private static String content(String path, long step) {
    return path.equals("losses.bin") ? "loss".repeat((int) step) : "content of " + path;
  }

  private static void damageNewest(Operations store) {
    String newest =
        store.files.keySet().stream()
            .filter(name -> name.startsWith("checkpoints/commits/"))
            .max(String::compareTo)
            .orElseThrow();
    store.files.put(newest, "damaged".getBytes(StandardCharsets.UTF_8));
  }

  private static long commits(Operations store) {
    return store.files.keySet().stream()
        .filter(name -> name.startsWith("checkpoints/commits/"))
        .count();
  }

  /** Whether there was an operation of that number. */
  private boolean crashesAt(int operation) {
    var store = new Operations();
    var done = new long[1];
    var first = new Try(store);
    boolean crashed = false;
    store.before(
        operation,
        () -> {
          throw new Crash();
        });
    try {
      for (int n = 0; n < 5; n++) {
        first.checkpoint();
        done[0] = first.step;
      }
    } catch (Crash e) {
      crashed = true;
    }
    store.before(-1, null);
    var second = new Try(store);
    // The commit may have been the last thing that was done.
    assertThat(second.step).as("after operation %d", operation).isIn(done[0], done[0] + 1);
    second.checkpoint();
    second.checkpoint();
    assertThat(commits(store)).isEqualTo(KEEP);
    assertThat(new Try(store).step).isEqualTo(second.step);
    return crashed;
  }

  @Test
  void anAttemptMayEndBeforeManyOperations() {
    assertThat(before(STRIDE, this::crashesAt)).isGreaterThan(50);
  }

  @Test
  @Tag("nightly")
  void anAttemptMayEndBeforeAnyOperation() {
    assertThat(before(1, this::crashesAt)).isGreaterThan(50);
  }

  /** Tries operations until there is none of that number; returns how many there were. */
  private static int before(int stride, IntPredicate trial) {
    int operation = 0;
    while (trial.test(operation)) {
      operation += stride;
    }
    return operation;
  }

  /** Whether there was an operation of that number. */
  private boolean waitsAt(int operation, boolean damaged) {
    var store = new Operations();
    var old = new Try(store);
    old.checkpoint();
    old.checkpoint();
    var later = new Try[1];
    store.before(
        operation,
        () -> {
          if (damaged) {
            damageNewest(store);
          }
          later[0] = new Try(store);
          later[0].checkpoint();
          later[0].checkpoint();
          later[0].checkpoint();
        });
    boolean ended = false;
    try {
      for (int n = 0; n < 6; n++) {
        old.checkpoint();
      }
    } catch (FarsightException e) {
      ended = true;
    }
    if (later[0] == null) {
      return false;
    }
    String when = "before operation " + operation;
    assertThat(ended || old.step == 8).as(when).isTrue();
    assertThat(new Try(store).step).as(when).isEqualTo(later[0].step);
    later[0] = new Try(store);
    later[0].checkpoint();
    assertThat(new Try(store).step).as(when).isEqualTo(later[0].step);
    damageNewest(store);
    assertThat(new Try(store).step).as(when).isEqualTo(later[0].step - 1);
    return true;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttemptThatWaitsWhileALaterOneWorksSpoilsNothing(boolean damaged) {
    assertThat(before(STRIDE, operation -> waitsAt(operation, damaged))).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("nightly")
  void anAttemptMayWaitBeforeAnyOperation(boolean damaged) {
    assertThat(before(1, operation -> waitsAt(operation, damaged))).isGreaterThan(100);
  }

  @Test
  void anEarlierAttemptEndsWithItsNextCheckpoint() {
    var store = new Operations();
    var old = new Try(store);
    old.checkpoint();
    new Try(store);
    assertThatThrownBy(old::checkpoint)
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith("memory://store: another attempt of this run has begun since");
  }

  @Test
  void piecesOfAFileThatGrowsAreFew() throws IOException {
    var store = new Operations();
    var run = new Try(store);
    for (int n = 0; n < 200; n++) {
      run.checkpoint();
    }
    var pieces =
        store.files.keySet().stream()
            .filter(name -> name.contains("losses.bin-"))
            .collect(Collectors.toSet());
    assertThat(pieces.size()).isBetween(2, 2 * 10);
    assertThat(new Try(store).step).isEqualTo(200);
  }

  @Test
  void nothingUnneededStays() {
    var store = new Operations();
    var first = new Try(store);
    for (int n = 0; n < 9; n++) {
      first.checkpoint();
    }
    var second = new Try(store);
    for (int n = 0; n < 9; n++) {
      second.checkpoint();
    }
    assertThat(commits(store)).isEqualTo(KEEP);
    List<String> files =
        store.files.keySet().stream().filter(name -> name.startsWith(RemoteRun.FILES)).toList();
    // Steps 17 and 18: rows from 16 on, for each its own file and its list, and pieces of losses.
    assertThat(files.stream().filter(name -> name.contains("rows-"))).hasSize(3);
    assertThat(files.stream().filter(name -> name.contains("dense"))).hasSize(KEEP);
    assertThat(files.stream().filter(name -> name.contains("part-"))).hasSize(KEEP);
    assertThat(store.files.keySet().stream().filter(name -> name.startsWith(Attempt.FOLDER)))
        .hasSize(1);
  }
}
