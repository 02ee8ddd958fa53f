package dev.farsight.spark;

import dev.farsight.reading.pieces.DataSurvey;

/**
 * Data that the driver has opened.
 *
 * @param data how tasks open it
 * @param skipBadRows whether malformed rows are left out
 */
record OpenedData(TaskData data, DataSurvey survey, boolean skipBadRows) {

  /** Raw rows of a part. */
  long rows(boolean evaluation) {
    return evaluation ? survey.rows() - survey.train() : survey.train();
  }
}
