package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc;
import dev.farsight.serving.protocol.ModelReadyRequest;
import dev.farsight.serving.protocol.ServerLiveRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and client certificates. */
class KnownClientsTest {

  private static final char[] PASSWORD = "password".toCharArray();
  private static final String TOKEN = "0123456789abcdef-token";

  @TempDir static Path folder;

  private static TestModel model;

  @BeforeAll
  static void train() throws IOException {
    model = TestModel.train(folder);
  }

  @Test
  void withoutEitherOnlyThisMachineIsServed() {
    assertThatThrownBy(() -> model.start("serving.host=0.0.0.0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "farsight.serving.host: '0.0.0.0' would let anybody connect; set serving.tokens-file or"
                + " serving.tls.client-ca");
  }

  @Test
  void tokens() throws Exception {
    Path file = folder.resolve("tokens");
    Files.writeString(file, "# ours\n\n" + TOKEN + "\n");
    try (FarsightServer server = model.start("serving.tokens-file=" + file)) {
      var client = new TestClient(server);
      assertThat(client.get("/v2/health/ready").statusCode()).isEqualTo(200);
      assertThat(client.get("/v2/models/farsight").statusCode()).isEqualTo(401);
      assertThat(client.get("/metrics").statusCode()).isEqualTo(401);
      String body = model.rawJson(0, 2, "");
      var wrong = client.infer(body, "Authorization", "Bearer " + TOKEN + "x");
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(wrong.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(client.infer(body, "Authorization", "Bearer " + TOKEN).statusCode())
          .isEqualTo(200);
      ManagedChannel channel =
          Grpc.newChannelBuilder(
                  "127.0.0.1:" + server.grpcPort(), InsecureChannelCredentials.create())
              .build();
      var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
      assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
      assertThatThrownBy(() -> stub.modelReady(ModelReadyRequest.getDefaultInstance()))
          .hasMessageStartingWith("UNAUTHENTICATED: a token is needed");
      channel.shutdownNow();
    }
  }

  @Test
  void clientCertificates() throws Exception {
    KeyStore ours = keys("server");
    KeyStore theirs = keys("client");
    KeyStore others = keys("other");
    try (FarsightServer server =
        model.start(
            "serving.tls.certificate=" + pem("server", ours),
            "serving.tls.key=" + keyPem("server", ours),
            "serving.tls.client-ca=" + pem("client", theirs))) {
      URI uri = URI.create("https://localhost:" + server.httpPort() + "/v2/health/live");
      HttpResponse<String> answer = client(theirs, ours).send(get(uri), text());
      assertThat(answer.body()).isEqualTo("{\"live\":true}");
      assertThatThrownBy(() -> client(others, ours).send(get(uri), text()))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> client(null, ours).send(get(uri), text()))
          .isInstanceOf(IOException.class);
      var credentials =
          TlsChannelCredentials.newBuilder()
              .trustManager(pem("server", ours).toFile())
              .keyManager(pem("client", theirs).toFile(), keyPem("client", theirs).toFile())
              .build();
      ManagedChannel channel =
          Grpc.newChannelBuilder("localhost:" + server.grpcPort(), credentials).build();
      assertThat(
              GRPCInferenceServiceGrpc.newBlockingStub(channel)
                  .serverLive(ServerLiveRequest.getDefaultInstance())
                  .getLive())
          .isTrue();
      channel.shutdownNow();
    }
  }

  private static HttpRequest get(URI uri) {
    return HttpRequest.newBuilder(uri).build();
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static HttpClient client(KeyStore own, KeyStore trusted) throws Exception {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  /** A key and a certificate for localhost that it signed itself, made by keytool. */
  private static KeyStore keys(String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=localhost"));
    command.addAll(List.of("-ext", "san=dns:localhost", "-keystore", file.toString()));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static Path pem(String name, KeyStore store) throws Exception {
    return write(name + ".crt", "CERTIFICATE", store.getCertificate(name).getEncoded());
  }

  private static Path keyPem(String name, KeyStore store) throws Exception {
    Key key = store.getKey(name, PASSWORD);
    return write(name + ".key", "PRIVATE KEY", key.getEncoded());
  }

  private static Path write(String name, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    String file = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind);
    return Files.writeString(folder.resolve(name), file);
  }
}
