package dev.farsight.serving.request;

import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import java.util.List;
import java.util.Locale;

/** What is computed for a sample, by its name in the protocol. All are FP32 [samples]. */
public enum Output {
  /** The probability of label 1. Given if a request asks for no output by name. */
  PROBABILITY {
    @Override
    public float of(float logit) {
      return (float) (1 / (1 + Math.exp(-logit)));
    }
  },
  /** What the probability is computed from. */
  LOGIT {
    @Override
    public float of(float logit) {
      return logit;
    }
  };

  private static final List<Output> ALL = List.of(values());

  /** The name in requests and answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The output's value of a sample with this logit. */
  public abstract float of(float logit);

  /** All outputs. */
  public static List<Output> all() {
    return ALL;
  }

  /**
   * @throws Refusal if there is no such output
   */
  public static Output named(String name) {
    for (Output output : ALL) {
      if (output.wireName().equals(name)) {
        return output;
      }
    }
    List<String> names = ALL.stream().map(Output::wireName).toList();
    throw Refusal.invalid(
        "output "
            + Quoted.of(name)
            + " is none of "
            + String.join(", ", names)
            + Nearest.question(name, names));
  }
}
