using System.CommandLine;
using FashionAE.Cli.Diagnosis;
using FashionAE.Cli.Output;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae doctor</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var command = new Command("doctor", "Says what this machine computes with, and what to do where that is slow or missing.") { data };
        command.SetAction(parsed =>
        {
            var findings = Doctor.Examine(parsed.GetValue(data)).ToList();
            var table = new TextTable("what", "found");
            foreach (var finding in findings)
                table.Add(finding.Subject, finding.Value);
            table.Print();
            var remedies = findings.Where(finding => finding.Remedy is not null).ToList();
            foreach (var finding in remedies)
                Console.WriteLine($"{finding.Subject}: {finding.Remedy}");
            return remedies.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }
}
