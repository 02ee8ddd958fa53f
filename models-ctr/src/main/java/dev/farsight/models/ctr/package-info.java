/**
 * Models for click prediction, recorded on the tape: {@code model.type = dcn}, {@code deepfm} and
 * {@code wide-deep}.
 */
package dev.farsight.models.ctr;
