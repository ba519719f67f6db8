using System.CommandLine;

namespace FashionAE.Cli.Commands;

/// <summary>What options can be asked for.</summary>
internal static class OptionExtensions
{
    /// <summary>Refuses numbers below 1.</summary>
    public static void MustBePositive<T>(this Option<T> option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
            result.AddError($"{option.Name} must be 1 or more.");
    });
}
