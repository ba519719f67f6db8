using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Imaging;

/// <summary>Makes numbers in [0, 1] of the bytes that ExtractPixels gives.</summary>
internal sealed class PixelScalingEstimator(PixelScalingSettings settings) : ImageEstimator<PixelScalingTransformer>(
    () => new PixelScalingTransformer(settings), [(settings.Input, "input")], NumberDataViewType.Byte, sizeRemedy: "ResizeImages gives them one",
    _ => [MLNetInternals.Vector(settings.Output, NumberDataViewType.Single)]);
