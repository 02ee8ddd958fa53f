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
    assertThat(reason(() -> Files.newInputStream(missing)))
        .isEqualTo("no such file or directory; check the path");
    assertThat(reason(() -> new FileInputStream(missing.toFile())))
        .isEqualTo("no such file or directory; check the path");
    assertThat(reason(() -> Files.createDirectory(file)))
        .isEqualTo("file exists; remove it, or name another path");
    assertThat(reason(() -> Files.delete(folder)))
        .isEqualTo("directory not empty; empty it, or name another path");
    assertThat(reason(() -> Files.newOutputStream(folder)))
        .isEqualTo("is a directory; it is a folder; name a file");
    assertThat(reason(() -> new FileOutputStream(folder.toFile())))
        .isEqualTo("is a directory; it is a folder; name a file");
    assertThat(reason(() -> Files.newInputStream(file.resolve("below"))))
        .isEqualTo("not a directory; a file is where a folder is needed; name another path");
    assertThat(reason(() -> Files.newDirectoryStream(file)))
        .isEqualTo("not a directory; a file is where a folder is needed; name another path");
    assertThat(reason(() -> Files.createDirectory(Path.of("/proc/self/no")))).doesNotContain("/");
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
    assertThat(reason(() -> Files.newInputStream(loop))).containsIgnoringCase("symbolic link");
    Path full = Path.of("/dev/full");
    assertThat(reason(() -> Files.write(full, new byte[] {1}, StandardOpenOption.WRITE)))
        .isEqualTo("no space left on device; make room, or name a path on another device");
    assertThat(IoReason.of(new EOFException())).isEqualTo("it ends too early");
  }
}
