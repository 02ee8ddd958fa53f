package dev.farsight.serving.security;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys of files in PEM format, as key stores in memory. */
public final class PemFiles {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

  private PemFiles() {}

  /**
   * A store with a key and its certificates.
   *
   * @param password of the store in memory
   * @throws ConfigException if a file cannot be read, or is none of its kind
   */
  public static KeyStore keyStore(Path certificate, Path key, char[] password) {
    try {
      KeyStore store = empty();
      Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
      store.setKeyEntry("server", key(key), password, chain);
      return store;
    } catch (GeneralSecurityException e) {
      throw new ConfigException(certificate + ": cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * A store with the certificates that are trusted.
   *
   * @throws ConfigException if the file cannot be read, or has none
   */
  public static KeyStore trustStore(Path file) {
    try {
      KeyStore store = empty();
      int number = 0;
      for (Certificate certificate : certificates(file)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      return store;
    } catch (GeneralSecurityException e) {
      throw new ConfigException(file + ": cannot be used: " + e.getMessage(), e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException(e); // nothing is read
    }
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws GeneralSecurityException {
    Collection<? extends Certificate> found;
    try (InputStream in = Files.newInputStream(file)) {
      found = CertificateFactory.getInstance("X.509").generateCertificates(in);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + IoReason.of(e), e);
    }
    if (found.isEmpty()) {
      throw new ConfigException(file + ": there is no certificate in it");
    }
    return found;
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + IoReason.of(e), e);
    }
    Matcher key = KEY.matcher(text);
    if (!key.find()) {
      throw new ConfigException(
          file
              + ": there is no private key in it that begins with BEGIN PRIVATE KEY; convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
    for (String algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        // It is a key of another algorithm.
      }
    }
    throw new ConfigException(file + ": its key is none of RSA, EC and EdDSA");
  }
}
