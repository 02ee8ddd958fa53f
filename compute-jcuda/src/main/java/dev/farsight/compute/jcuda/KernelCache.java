package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled kernels in files named after the hash of all they depend on. Written to another name and
 * moved into place, so processes may share a folder. One that cannot be written costs time only.
 */
final class KernelCache {

  private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);

  private final Path folder;

  KernelCache(Path folder) {
    this.folder = folder;
  }

  static Path defaultFolder(Map<String, String> environment, String home) {
    String cache = environment.get("XDG_CACHE_HOME");
    return (cache == null || cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache))
        .resolve("farsight");
  }

  /**
   * @param key all that the kernel depends on
   */
  byte[] get(String key, Supplier<byte[]> compile) {
    Path file = folder.resolve(hash(key) + ".cubin");
    try {
      if (Files.isRegularFile(file)) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      LOG.debug("compiled kernel " + file + " cannot be read", e);
    }
    byte[] image = compile.get();
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "kernel", ".part");
      Files.write(part, image);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.debug("compiled kernel " + file + " cannot be kept", e);
    }
    return image;
  }

  private static String hash(String key) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new FarsightException("this Java has no SHA-256", e);
    }
  }
}
