package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {

  private static final String THIS = "process " + ProcessHandle.current().pid();

  @TempDir Path folder;

  private static ProcessLock exclusive(Path file) throws IOException {
    return ProcessLock.exclusive(file, owner -> new FarsightException("held by " + owner));
  }

  private static ProcessLock shared(Path file) throws IOException {
    return ProcessLock.shared(file, owner -> new FarsightException("held by " + owner));
  }

  /** Another process, which tries to lock the file. */
  static final class Other {

    private Other() {}

    /**
     * Tries to lock the file args[0] and prints the result; args[1] is {@code shared} or {@code
     * exclusive}.
     */
    public static void main(String[] args) throws IOException {
      try (var lock =
          args[1].equals("shared") ? shared(Path.of(args[0])) : exclusive(Path.of(args[0]))) {
        System.out.println(lock == null ? "" : "locked");
      } catch (FarsightException e) {
        System.out.println(e.getMessage());
      }
    }

    static String tryLock(Path file, String kind) throws Exception {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  Other.class.getName(),
                  file.toString(),
                  kind)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), Charset.defaultCharset()).trim();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return output;
    }
  }

  @Test
  void anExclusiveLockIsForOneProcess() throws Exception {
    Path file = folder.resolve("lock");
    try (var lock = exclusive(file)) {
      assertThat(lock).isNotNull();
      assertThat(Other.tryLock(file, "exclusive")).isEqualTo("held by " + THIS);
      assertThat(Other.tryLock(file, "shared")).isEqualTo("held by " + THIS);
    }
    assertThat(Other.tryLock(file, "exclusive")).isEqualTo("locked");
  }

  /** Closing any channel to the file would release the kernel's lock. */
  @Test
  void aRefusalInTheSameProcessKeepsTheLock() throws Exception {
    Path file = folder.resolve("lock");
    try (var lock = exclusive(file)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> exclusive(file))
          .hasMessage("held by " + THIS + ", which is this one");
      assertThatThrownBy(() -> shared(file)).hasMessage("held by " + THIS + ", which is this one");
      Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
      assertThatThrownBy(() -> exclusive(link.resolve("lock"))).hasMessageContaining(THIS);
      assertThat(Other.tryLock(file, "exclusive")).isEqualTo("held by " + THIS);
    }
  }

  @Test
  void readersShareTheLockUntilTheLastOneCloses() throws Exception {
    Path file = folder.resolve("lock");
    exclusive(file).close();
    byte[] before = Files.readAllBytes(file);
    ProcessLock first = shared(file);
    ProcessLock second = shared(file);
    assertThat(Other.tryLock(file, "shared")).isEqualTo("locked");
    first.close();
    assertThat(Other.tryLock(file, "exclusive")).startsWith("held by");
    assertThatThrownBy(() -> exclusive(file)).hasMessageContaining("this one");
    second.close();
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(Other.tryLock(file, "exclusive")).isEqualTo("locked");
  }

  @Test
  void readersCreateNoFileAndNobodyFollowsLinks() throws Exception {
    Path file = folder.resolve("lock");
    assertThatThrownBy(() -> shared(file)).isInstanceOf(NoSuchFileException.class);
    assertThat(file).doesNotExist();
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Files.createSymbolicLink(file, victim);
    assertThatThrownBy(() -> exclusive(file)).isInstanceOf(IOException.class);
    assertThat(victim).hasContent("precious");
  }
}
