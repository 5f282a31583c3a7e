return await LaiChau.Cli.Lcp.Run(args);
