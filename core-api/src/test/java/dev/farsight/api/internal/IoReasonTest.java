package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real failures of real files, but for those that need a machine of their own. */
class IoReasonTest {

  @TempDir private Path folder;

  private static String of(ThrowingCallable failing) {
    return IoReason.of(catchThrowableOfType(IOException.class, failing));
  }

  private static void list(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files).isNotNull();
    }
  }

  @Test
  void whatIsNotThere() {
    assertThat(of(() -> Files.readString(folder.resolve("no"))))
        .isEqualTo("no such file or directory; check the path");
    assertThat(of(() -> new FileOutputStream(folder.resolve("no/x").toFile()).close()))
        .isEqualTo("no such file or directory; check the path");
  }

  @Test
  void aFolderInPlaceOfAFile() {
    assertThat(of(() -> new FileOutputStream(folder.toFile()).close()))
        .isEqualTo("is a directory; name a file");
    assertThat(of(() -> Files.readString(folder))).startsWith("is a directory; ");
  }

  @Test
  void aFileInPlaceOfAFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    String expected = "not a directory; a file is where a folder is needed; name another path";
    assertThat(of(() -> Files.writeString(file.resolve("x"), ""))).isEqualTo(expected);
    assertThat(of(() -> list(file))).isEqualTo(expected);
    assertThat(of(() -> Files.createDirectories(file)))
        .isEqualTo("file exists; remove it, or name another path");
  }

  @Test
  void aFolderThatIsNotEmpty() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    assertThat(of(() -> Files.delete(folder)))
        .isEqualTo("directory not empty; empty it, or name another path");
  }

  @Test
  void aFullDevice() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    assertThat(of(() -> Files.writeString(full, "x")))
        .isEqualTo("no space left on device; make room, or name a path on another device");
  }

  @Test
  void namesAndLinks() throws IOException {
    assertThat(of(() -> Files.writeString(folder.resolve("x".repeat(300)), "")))
        .isEqualTo("file name too long; choose a shorter name");
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThat(of(() -> Files.readString(loop)))
        .isEqualTo("too many levels of symbolic links; mend the links, or name another path");
  }

  @Test
  void whatTakesAMachineOfItsOwn() {
    assertThat(IoReason.of(new AccessDeniedException("/x")))
        .isEqualTo("permission denied; change its permissions, or name another path");
    assertThat(IoReason.of(new FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("read-only file system; name a path on another file system");
    assertThat(IoReason.of(new FileSystemException("/x", null, "Too many open files")))
        .isEqualTo("too many open files; raise the limit, such as ulimit -n 65536");
    assertThat(IoReason.of(new IOException("No space left on device")))
        .startsWith("no space left on device; ");
  }

  @Test
  void whatSaysNothingByItself() throws IOException {
    assertThat(IoReason.of(new EOFException())).isEqualTo("it ends too early");
    assertThat(IoReason.of(new IOException())).isEqualTo("IOException");
    Path file = Files.write(folder.resolve("latin"), "é".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(of(() -> Files.readString(file))).isEqualTo("it is not UTF-8 text");
  }

  @Test
  void theFileConcernedIsNamedWhereItIsAnother() {
    var failure = new AccessDeniedException("/a/b");
    assertThat(IoReason.of(Path.of("/a/b/c"), failure)).startsWith("/a/b: permission denied");
    assertThat(IoReason.of(Path.of("/a/b"), failure)).startsWith("permission denied");
    assertThat(DurableFiles.unwritable(Path.of("/a/b"), failure))
        .hasMessage(
            "/a/b: cannot be written: permission denied; change its permissions, or name another path");
  }

  @Test
  void foreignTextOfAMessageIsShortAndVisible() {
    assertThat(IoReason.of(new IOException("\033[2J" + "x".repeat(1000))))
        .startsWith("\\u001B[2Jxxx")
        .hasSizeLessThan(250);
  }
}
