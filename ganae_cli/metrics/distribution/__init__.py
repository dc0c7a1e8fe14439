"""Measures of how samples are distributed, beside real data: one file per paper.

frechet: FID. kernel_distance: KID. precision_recall, density_coverage, clipped: by nearest neighbours, all from one
search (`neighbourhoods.compare`), which stands on `neighbours`. ndb: shares of bins. inception_score: of the
probabilities of a classifier. ms_ssim, vendi: diversity alone, without real data.

All take features float32 (N, D), one row per sample, unless they say otherwise, and work block by block. An interval
says what other samples of the same number would score; the real data stay as they are.
"""
