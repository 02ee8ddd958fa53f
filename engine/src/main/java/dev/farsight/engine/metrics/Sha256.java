package dev.farsight.engine.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes SHA-256 digests. */
public final class Sha256 {

  private Sha256() {}

  /** A new digest; every Java platform has SHA-256. */
  public static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /** The digest of a file's content, in hexadecimal. */
  public static String ofFile(Path file) throws IOException {
    try (var in = new DigestInputStream(Files.newInputStream(file), create())) {
      in.transferTo(OutputStream.nullOutputStream());
      return hex(in.getMessageDigest().digest());
    }
  }
}
