package dev.farsight.cli;

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
import java.util.function.Supplier;
import picocli.CommandLine.ArgGroup;
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

  @ArgGroup(multiplicity = "1")
  private Served served;

  /** What is served: one of both. */
  private static final class Served {

    @Option(
        names = "--model",
        required = true,
        paramLabel = "MODEL",
        description =
            "RUN (its model or, if it has none, its last checkpoint), RUN/model, RUN/checkpoints (the last one), or one checkpoint in it.")
    private Path model;

    @Option(
        names = "--follow",
        required = true,
        paramLabel = "RUN",
        description =
            "RUN or RUN/checkpoints of a run with checkpoint.deltas: each new checkpoint is served. Waits for the first one.")
    private Path run;
  }

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
    arguments.refuse("model.load", "the model is the argument of --model or --follow");
    shell.logs().errorsToConsole();
    return served.run == null
        ? serve(new RunFolder(served.model).modelOrCheckpoints())
        : follow(new RunFolder(served.run).followed());
  }

  private int serve(Path saved) throws InterruptedException {
    try (Setup setup = Setup.of(set(Predictor.configuration(saved)), shell.environment())) {
      var settings = ServingSettings.of(setup.settings());
      return untilStopped(
          () ->
              FarsightServer.start(
                  settings,
                  load(
                      settings,
                      saved,
                      () -> Predictor.open(setup.farsight(), setup.components(), saved))));
    }
  }

  /** How to listen is said here alone: the run may have recorded nothing yet. */
  private int follow(Path checkpoints) throws InterruptedException {
    try (Setup listening = Setup.of(set(FarsightConfig.defaults()), shell.environment());
        var followed = new FollowedSetup(checkpoints, this::set, shell.environment())) {
      var settings = ServingSettings.of(listening.settings());
      return untilStopped(
          () ->
              FarsightServer.follow(
                  settings, checkpoints, () -> load(settings, checkpoints, followed::open)));
    }
  }

  /** What is given on the command line, over a configuration. */
  private FarsightConfig set(FarsightConfig config) {
    FarsightConfig all = config.set(arguments.overrides());
    all = with(all, "serving.port", port);
    return with(all, "serving.grpc-port", grpcPort);
  }

  private static FarsightConfig with(FarsightConfig config, String key, Integer value) {
    return value == null ? config : config.with(key, ConfigValueFactory.fromAnyRef(value));
  }

  private ServedModel load(ServingSettings settings, Path from, Supplier<Predictor> open) {
    long start = System.nanoTime();
    Predictor predictor = open.get();
    var loadTime = Duration.ofNanos(System.nanoTime() - start);
    var model = new ServedModel(settings.name(), predictor, settings.queue(), loadTime);
    model.warmUp();
    shell
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "loaded %s in %.1f s: version %d, %s rows",
                from,
                loadTime.toNanos() * 1e-9,
                model.version(),
                Amount.count(model.schema().tables().rows())));
    return model;
  }

  private int untilStopped(Supplier<FarsightServer> start) throws InterruptedException {
    var stopped = new CountDownLatch(1);
    try (FarsightServer server = start.get()) {
      shell.interrupt().stopWith(() -> stop(stopped), () -> shell.out().println("ended at once"));
      tell(server);
      stopped.await();
    } finally {
      shell.interrupt().nothingToStop();
    }
    shell.out().println("stopped");
    return 0;
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
    if (!server.isReady()) {
      shell.out().println("not ready: waiting for the run's first checkpoint");
    }
  }

  private void stop(CountDownLatch stopped) {
    shell.out().println("stopping: requests under way are answered");
    stopped.countDown();
  }
}
