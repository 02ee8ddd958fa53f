package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoReasonTest {

  @TempDir Path folder;

  private static String reason(ThrowingCallable action) {
    return IoReason.of(catchThrowableOfType(IOException.class, action));
  }

  /** Real failures of the system, by both of the JDK's ways to files. */
  @Test
  void theReasonIsInWordsAndIsNotThePath() throws IOException {
    Path file = Files.writeString(folder.resolve("f (1)"), "x");
    Path missing = folder.resolve("missing");
    assertThat(reason(() -> Files.newInputStream(missing))).isEqualTo("no such file or directory");
    assertThat(reason(() -> new FileInputStream(missing.toFile())))
        .isEqualTo("no such file or directory");
    assertThat(reason(() -> Files.createDirectory(file))).isEqualTo("it exists already");
    assertThat(reason(() -> Files.delete(folder))).isEqualTo("the directory is not empty");
    assertThat(reason(() -> Files.newOutputStream(folder))).isEqualTo("is a directory");
    assertThat(reason(() -> new FileOutputStream(folder.toFile()))).isEqualTo("is a directory");
    assertThat(reason(() -> Files.newInputStream(file.resolve("below"))))
        .isEqualTo("not a directory");
    assertThat(reason(() -> Files.newDirectoryStream(file))).isEqualTo("not a directory");
    assertThat(reason(() -> Files.createDirectory(Path.of("/proc/self/no")))).doesNotContain("/");
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    assertThat(reason(() -> Files.newInputStream(loop))).containsIgnoringCase("symbolic link");
    Path full = Path.of("/dev/full");
    assertThat(reason(() -> Files.write(full, new byte[] {1}, StandardOpenOption.WRITE)))
        .isEqualTo("no space left on device");
    assertThat(IoReason.of(new EOFException())).isEqualTo("EOFException");
  }
}
