package dev.farsight.serving.security;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens that clients prove themselves with, as {@code Authorization: Bearer TOKEN}. Comparing
 * takes the same time whatever a client sends. Immutable.
 */
public final class Tokens {

  private static final String SCHEME = "Bearer ";
  private static final int SHORTEST = 16;

  /** SHA-256 of each token; null if none is needed. */
  private final List<byte[]> digests;

  private Tokens(List<byte[]> digests) {
    this.digests = digests;
  }

  /** No token is needed. */
  public static Tokens none() {
    return new Tokens(null);
  }

  /**
   * Reads tokens from a file, one a line; empty lines and those that begin with # are passed over.
   *
   * @throws ConfigException if it cannot be read, or has no token, or one that is easy to guess
   */
  public static Tokens ofFile(Path file) {
    List<byte[]> digests = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + IoReason.of(e), e);
    }
    for (int i = 0; i < lines.size(); i++) {
      String token = lines.get(i).strip();
      if (token.isEmpty() || token.startsWith("#")) {
        continue;
      }
      if (token.length() < SHORTEST) {
        throw new ConfigException(
            file + ": line " + (i + 1) + ": a token needs " + SHORTEST + " characters or more");
      }
      digests.add(digest(token));
    }
    if (digests.isEmpty()) {
      throw new ConfigException(file + ": there is no token in it; write one a line");
    }
    return new Tokens(List.copyOf(digests));
  }

  /** Whether clients need a token. */
  public boolean areNeeded() {
    return digests != null;
  }

  /**
   * Checks the token of a request.
   *
   * @param authorization the header; null if there is none
   * @throws Refusal if a token is needed, and it is not a known one
   */
  public void require(String authorization) {
    if (digests == null) {
      return;
    }
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new Refusal(
          Reason.UNAUTHENTICATED, "a token is needed: send the header Authorization: Bearer TOKEN");
    }
    byte[] given = digest(authorization.substring(SCHEME.length()).strip());
    boolean known = false;
    for (byte[] digest : digests) {
      known |= MessageDigest.isEqual(digest, given);
    }
    if (!known) {
      throw new Refusal(Reason.UNAUTHENTICATED, "the token is not a known one");
    }
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
