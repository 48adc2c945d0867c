import { AV_LOG_FATAL } from "node-av/constants";
import { Log } from "node-av/lib";

Log.setLevel(AV_LOG_FATAL);
