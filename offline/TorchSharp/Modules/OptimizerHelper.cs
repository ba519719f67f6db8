using static TorchSharp.torch;

namespace TorchSharp.Modules;

public abstract class OptimizerHelper : optim.Optimizer
{
    private protected OptimizerHelper(ParamGroup group)
        : base(group)
    {
    }

    public void save_state_dict(BinaryWriter writer)
    {
        writer.Write(GetType().Name);
        writer.Write(Group.LearningRate);
        writer.Write(Group.InitialLearningRate);
        SaveState(writer);
    }

    public void load_state_dict(BinaryReader reader)
    {
        var name = reader.ReadString();
        if (name != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");
        Group.LearningRate = reader.ReadDouble();
        Group.InitialLearningRate = reader.ReadDouble();
        LoadState(reader);
    }

    private protected abstract void SaveState(BinaryWriter writer);

    private protected abstract void LoadState(BinaryReader reader);
}
