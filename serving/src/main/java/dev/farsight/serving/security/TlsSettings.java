package dev.farsight.serving.security;

import dev.farsight.api.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Files that connections are encrypted with, in PEM format.
 *
 * @param certificate the server's certificate, and those between it and its root
 * @param key the private key of the certificate, PKCS #8, without a password
 * @param clientCa clients need a certificate that one of these has signed; empty: they need none
 */
public record TlsSettings(Path certificate, Path key, Optional<Path> clientCa) {

  /** Reads the section {@code serving.tls}; empty if connections are not encrypted. */
  public static Optional<TlsSettings> of(Settings tls) {
    if (!tls.has("certificate")) {
      for (String key : new String[] {"key", "client-ca"}) {
        if (tls.has(key)) {
          throw tls.bad(key, "needs tls.certificate beside it");
        }
      }
      return Optional.empty();
    }
    return Optional.of(
        new TlsSettings(tls.path("certificate"), tls.path("key"), tls.optionalPath("client-ca")));
  }
}
