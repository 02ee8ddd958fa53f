package dev.farsight.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.serving.FarsightServer;
import dev.farsight.serving.ServingSettings;
import dev.farsight.serving.model.ServedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    description = {
      "Answers requests for predictions, over HTTP and gRPC, until it is stopped.",
      "By the Open Inference Protocol, version 2."
    })
final class ServeCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description =
          "RUN (its model or, if it has none, its last checkpoint), RUN/model, RUN/checkpoints (the last one), or one checkpoint in it.")
  private Path model;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port for HTTP; serving.port, which is 8080, if not given.")
  private Integer port;

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description = "Port for gRPC; serving.grpc-port, which is 8081, if not given.")
  private Integer grpcPort;

  ServeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    arguments.refuse("model.load", "the model is the argument of --model");
    Path saved = new RunFolder(model).modelOrCheckpoints();
    var stopped = new CountDownLatch(1);
    try (Setup setup = Setup.of(configuration(saved), shell.environment());
        FarsightServer server = start(setup, saved)) {
      shell.interrupt().stopWith(() -> stop(stopped), () -> shell.out().println("ended at once"));
      tell(server);
      stopped.await();
    } finally {
      shell.interrupt().nothingToStop();
    }
    shell.out().println("stopped");
    return 0;
  }

  private FarsightConfig configuration(Path saved) {
    FarsightConfig config = Predictor.configuration(saved).set(arguments.overrides());
    config = with(config, "serving.port", port);
    return with(config, "serving.grpc-port", grpcPort);
  }

  private static FarsightConfig with(FarsightConfig config, String key, Integer value) {
    return value == null ? config : config.with(key, ConfigValueFactory.fromAnyRef(value));
  }

  private FarsightServer start(Setup setup, Path saved) {
    Config farsight = setup.farsight();
    var settings = ServingSettings.of(setup.settings());
    long start = System.nanoTime();
    Predictor predictor = Predictor.open(farsight, setup.components(), saved);
    var loadTime = Duration.ofNanos(System.nanoTime() - start);
    var served = new ServedModel(settings.name(), predictor, settings.queue(), loadTime);
    served.warmUp();
    shell
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "loaded %s in %.1f s: version %d, %s rows",
                saved,
                loadTime.toNanos() * 1e-9,
                served.version(),
                Amount.count(served.schema().tables().rows())));
    return FarsightServer.start(settings, served);
  }

  private void tell(FarsightServer server) {
    ServingSettings settings = server.settings();
    String host = settings.host().getHostAddress();
    shell
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "serving model %s at %s:%d (HTTP%s) and %s:%d (gRPC); Ctrl-C stops",
                settings.name(),
                host,
                server.httpPort(),
                settings.tls().isPresent() ? " with TLS" : "",
                host,
                server.grpcPort()));
  }

  private void stop(CountDownLatch stopped) {
    shell.out().println("stopping: requests under way are answered");
    stopped.countDown();
  }
}
