package dev.farsight.testkit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.config.ConfigException;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A setting that a part must refuse.
 *
 * @param setting in HOCON, below the part's own section, such as {@code half-life = -3}
 * @param key the key that the message must name, such as {@code half-life}
 */
public record WrongSetting(String setting, String key) {

  /**
   * Checks that a call refuses the setting in one line that names the key.
   *
   * @param path of the part's own section
   */
  public void assertRefused(String path, ThrowingCallable call) {
    Throwable thrown = Assertions.catchThrowable(call);
    assertThat(thrown).as("what %s { %s } gives", path, setting).isNotNull();
    assertThat(thrown).as("%s { %s }", path, setting).isInstanceOf(ConfigException.class);
    assertThat(thrown.getMessage())
        .as("the message about %s { %s }", path, setting)
        .contains(path + "." + key)
        .doesNotContain("\n");
  }

  @Override
  public String toString() {
    return setting;
  }
}
