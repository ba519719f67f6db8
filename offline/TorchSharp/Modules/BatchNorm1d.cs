using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class BatchNorm1d : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;
    private readonly Tensor _batches;

    internal BatchNorm1d(long features, double eps, double momentum)
        : base(nameof(BatchNorm1d))
    {
        (num_features, this.eps, this.momentum) = (features, eps, momentum);
        register_parameter("weight", _weight = new Parameter(ones(features)));
        register_parameter("bias", _bias = new Parameter(zeros(features)));
        register_buffer("running_mean", _mean = zeros(features));
        register_buffer("running_var", _variance = ones(features));
        register_buffer("num_batches_tracked", _batches = zeros([], int64));
    }

    public long num_features { get; }

    public double eps { get; set; }

    public double? momentum { get; set; }

    public override Tensor forward(Tensor input)
    {
        if (training)
            _batches.add_(1);
        return nn.functional.batch_norm(input, _mean, _variance, _weight, _bias, training, momentum ?? 0.1, eps);
    }
}
