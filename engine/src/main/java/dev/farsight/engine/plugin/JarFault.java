package dev.farsight.engine.plugin;

import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What is wrong with a file that should be a jar. A class loader takes any file, as an empty jar.
 */
final class JarFault {

  private static final String AGAIN = "; copy it again";

  private JarFault() {}

  /** Why the file cannot be opened as a jar; empty if it can. Reads its table of contents. */
  static Optional<String> ofOpening(Path file) {
    if (Files.isDirectory(file)) {
      return Optional.of("is a folder, not a jar");
    }
    try {
      new ZipFile(file.toFile()).close();
      return Optional.empty();
    } catch (ZipException e) {
      return Optional.of(
          beginsAsJar(file) ? "is a damaged jar: " + e.getMessage() + AGAIN : "is no jar");
    } catch (IOException e) {
      return Optional.of("cannot be read: " + IoReason.of(file, e));
    }
  }

  private static boolean beginsAsJar(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 'P' && in.read() == 'K';
    } catch (IOException e) {
      return false;
    }
  }

  /** Which entry of a jar cannot be read; empty if all can. Reads the whole file. */
  static Optional<String> ofEntries(Path file) {
    try (var jar = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        try (InputStream in = jar.getInputStream(entry)) {
          in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
          return Optional.of(
              "is a damaged jar: " + entry.getName() + ": " + IoReason.of(e) + AGAIN);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return ofOpening(file);
    }
  }
}
