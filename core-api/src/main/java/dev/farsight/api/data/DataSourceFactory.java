package dev.farsight.api.data;

import dev.farsight.api.config.Settings;
import java.util.Optional;

/** Opens data sources of one kind, which {@code data.source} chooses by name. */
public interface DataSourceFactory {

  /**
   * The name in the configuration: {@code data.source = NAME}. The source's own settings are at
   * {@code farsight.data.NAME}.
   */
  String name();

  /**
   * Checks the settings that can be checked by themselves, of the source's own section and of those
   * that sources share. Called before anything is opened, so that a wrong setting is told at once;
   * looks at no file. What depends on the data is left to {@link #open}, which reads the same
   * settings.
   *
   * @param context as for {@link #open}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  default void check(DataContext context) {}

  /**
   * Checks everything that can be checked and opens the source.
   *
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   * @throws dev.farsight.api.FarsightException if the data cannot be read
   */
  DataSource open(DataContext context);

  /**
   * Whether sources of this kind split their samples by the values of a column if {@code
   * data.eval-where} asks for it. If not, it is refused.
   */
  default boolean splitsByColumn() {
    return false;
  }

  /**
   * Whether sources of this kind hand on the texts of fields with the samples, if {@link
   * DataContext#fields} names some.
   */
  default boolean copiesFields() {
    return false;
  }

  /**
   * Makes an encoder of raw values, for models that were trained on sources of this kind. Looks at
   * no data: what the training data was found to be like is {@link DataContext#fitted}.
   *
   * @return the encoder; empty if samples of this source have no raw values
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  default Optional<SampleEncoder> encoder(DataContext context) {
    return Optional.empty();
  }

  /**
   * The section {@code farsight.data} of what the data was made from. Data that was prepared from
   * another source's samples is a copy of these: a model that is trained on it records this section
   * in place of the one of its run, and is compared by it. So a model can be evaluated on the copy
   * and on what was copied. {@code data.path} and {@code data.eval-path} stay as they are.
   *
   * @param data the section {@code farsight.data}, in which this source is chosen
   * @return {@code data} itself if the data is no copy
   * @throws dev.farsight.api.config.ConfigException if {@code data.path} names nothing
   * @throws dev.farsight.api.FarsightException if the data cannot be read
   */
  default Settings origin(Settings data) {
    return data;
  }

  /**
   * Whether a setting changes what the model is given for the same sample: a transform, the rows of
   * a table. Models record all settings of their source; one that is evaluated or trained on with
   * another value of such a setting is refused. A setting that only tells how samples are written
   * down, such as a separator, may differ.
   *
   * @param key the setting's place in the source's own section
   */
  default boolean changesPredictions(String key) {
    return true;
  }
}
