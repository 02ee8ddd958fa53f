package dev.farsight.models.ctr;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.testkit.compute.RandomBatches;
import java.util.Arrays;
import java.util.List;

/** Models recorded as the engine does it. */
final class Recorded {

  private Recorded() {}

  /** The section {@code farsight.model} of a file my.conf that has these settings. */
  static Settings settings(String type, String own) {
    var options = ConfigParseOptions.defaults().setOriginDescription("my.conf");
    return Settings.of(
        "farsight.model",
        ConfigFactory.parseString(own, options)
            .withFallback(ConfigFactory.defaultReference().getConfig("farsight.model"))
            .withFallback(ConfigFactory.parseString("embedding-dim = 16, type = " + type)));
  }

  static BatchSchema schema(int denseWidth, int features) {
    var rows = new int[features];
    Arrays.fill(rows, 10);
    return RandomBatches.schema(denseWidth, rows);
  }

  static Tape tape(ModelFactory factory, String own, BatchSchema schema) {
    var context = ModelContext.of(settings(factory.name(), own), factory.name(), schema);
    var tape = new Tape(schema, context.dim());
    return tape.finish(factory.create(context).logits(tape));
  }

  /** The ops as {@code name in>out activation}; name is the kind of those that have none. */
  static List<String> words(Tape tape) {
    return tape.ops().stream().map(Recorded::words).toList();
  }

  private static String words(Op op) {
    int size = op.output().size();
    if (op instanceof Op.Linear layer) {
      String activation = layer.activation() == Op.Activation.RELU ? " relu" : "";
      return layer.name() + " " + layer.input().size() + ">" + size + activation;
    } else if (op instanceof Op.Cross layer) {
      return layer.name() + " " + layer.x().size() + ">" + size + " rank " + layer.rank();
    } else if (op instanceof Op.LayerNorm norm) {
      return norm.name() + " " + size;
    }
    return op.getClass().getSimpleName() + " " + size;
  }
}
