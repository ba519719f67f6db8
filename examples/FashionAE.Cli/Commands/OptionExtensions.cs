using System.CommandLine;

namespace FashionAE.Cli.Commands;

/// <summary>What options can be asked for.</summary>
internal static class OptionExtensions
{
    /// <summary>Refuses numbers below 1, and above the most where one is given.</summary>
    public static void MustBePositive<T>(this Option<T> option, int most = int.MaxValue) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var number) && (number < 1 || number > most))
            result.AddError($"{option.Name} must be {(most == int.MaxValue ? "1 or more" : $"1 to {most} on this machine")}.");
    });

    /// <summary>Refuses an empty text, which a script gives whose variable is not set.</summary>
    public static void MustNotBeEmpty<T>(this Option<T> option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: "" }])
            result.AddError($"{option.Name} must not be empty.");
    });
}
