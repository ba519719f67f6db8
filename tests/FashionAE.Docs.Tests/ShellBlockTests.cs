using System.Text.RegularExpressions;
using FashionAE.Cli;
using FashionAE.Docs.Tests.Support;

namespace FashionAE.Docs.Tests;

public partial class ShellBlockTests
{
    // Third-party programs, whose arguments are not files or targets of this repository.
    private static readonly string[] Unchecked = ["export", "cd", "curl", "dotnet nuget", "dotnet add", "dotnet new", "dotnet tool", "dotnet package"];

    private static readonly ShellCommand[] All = [.. PageBlock.All.Where(block => block.Language == "sh").SelectMany(ShellCommand.Of)];

    [Fact]
    public void The_command_accepts_every_line_that_runs_it()
    {
        var commands = All.Where(command => command.FashionAEArguments is not null).ToList();
        Complaints.AssertNone(commands.Select(Error).OfType<string>());
        // All ways to run the command are found.
        Assert.Equal(["./fashionae", "dotnet", "fashionae", "mpirun"], commands.Select(command => command.Words[0]).Distinct().Order(StringComparer.Ordinal));

        static string? Error(ShellCommand command)
        {
            var parsed = RootCommands.Create().Parse(command.FashionAEArguments!);
            return parsed.Errors.Count > 0 ? $"{command}: {UsageError.Of(parsed)}" : null;
        }
    }

    [Fact]
    public void Targets_of_make_are_in_the_makefile()
    {
        var targets = Target().Matches(File.ReadAllText(Repository.PathOf("Makefile"))).Select(match => match.Groups[1].Value).ToHashSet();
        var commands = All.Where(command => command.MakeTargets is not null).ToList();
        Assert.NotEmpty(commands);
        Complaints.AssertNone(commands.Where(command => !command.MakeTargets!.All(targets.Contains)));
    }

    [Fact]
    public void Projects_of_dotnet_commands_exist()
    {
        var commands = All.Where(command => command.DotnetProject is not null).ToList();
        Assert.NotEmpty(commands);
        Complaints.AssertNone(commands.Where(command => !IsMadeBefore(command) && !IsProject(command.DotnetProject!)));

        // An earlier line of the same page creates the project.
        static bool IsMadeBefore(ShellCommand command) =>
            All.TakeWhile(other => other != command).Any(other => other.Page == command.Page && other.Words is ["dotnet", "new", .., "-o", var name] && $"{command.DotnetProject}/".StartsWith($"{name}/", StringComparison.Ordinal));

        static bool IsProject(string name)
        {
            var path = Repository.PathOf(name);
            return name.Length > 0 && (File.Exists(path) || (Directory.Exists(path) && Directory.GetFiles(path, "*.csproj").Length == 1));
        }
    }

    [Fact]
    public void Other_commands_are_existing_scripts_or_third_party_programs()
    {
        var commands = All.Where(command => command is { FashionAEArguments: null, MakeTargets: null, DotnetProject: null }).ToList();
        Assert.NotEmpty(commands);
        Complaints.AssertNone(commands.Where(command => !File.Exists(Repository.PathOf(command.Words[0])) && !Unchecked.Any(name => IsRunBy(command, name))));
        Assert.All(Unchecked, name => Assert.Contains(commands, command => IsRunBy(command, name)));

        static bool IsRunBy(ShellCommand command, string name) => command.Words.Take(name.Split(' ').Length).SequenceEqual(name.Split(' '));
    }

    [Fact]
    public void Commands_are_parsed_like_in_a_shell()
    {
        const string Text = """
            # All of it:
            make -s \
                test  # long
            A=1 B="2 3" ./fashionae doctor && mpirun -np 2 ./fashionae train rotation
            """;
        var commands = ShellCommand.Of(new PageBlock("docs/page.md", "sh", 1, 10, Text)).ToList();
        Assert.Equal(
            ["docs/page.md:11: make -s test", "docs/page.md:13: ./fashionae doctor", "docs/page.md:13: mpirun -np 2 ./fashionae train rotation"],
            commands.Select(command => command.ToString()));
        Assert.Equal(["test"], commands[0].MakeTargets);
        Assert.Equal(["doctor"], commands[1].FashionAEArguments!);
        Assert.Equal(["train", "rotation"], commands[2].FashionAEArguments!);
    }

    [GeneratedRegex(@"^(\w+):(?!=)", RegexOptions.Multiline)]
    private static partial Regex Target();
}
